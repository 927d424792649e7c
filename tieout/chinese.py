"""Chinese in both of its scripts: vocabulary is written in one, files come in either."""

import re

_PAIRS = (
    "帳账來来還还帐账發发號号碼码單单據据額额幣币稅税數数價价餘余貸贷應应賬账編编稱称總总計计備备註注訂订貨货開开電电郵邮聯联"
    "絡络繫系國国別别類类種种戶户購购買买賣卖廠厂鎖锁續续會会員员證证憑凭實实際际銷销產产規规條条結结現现業业務务"
    "時时間间錄录當当動动還还匯汇滙汇轉转錢钱筆笔銀银對对賒赊經经辦办說说內内齡龄繳缴項项歷历訊讯詳详"
    "頁页過过承承舊旧貼贴沖冲減减記记從从進进運运費费採采貿贸損损壞坏滯滞納纳違违約约調调尾尾預预付付題题暫暂"
    "審审核核製制訖讫檢检驗验傳传輸输統统廢废紅红藍蓝銹锈債债償偿負负責责質质贈赠送送遞递個个準准確确認认識识"
    "圓圆圖图團团園园處处備备勞劳劃划創创劑剂勵励勻匀區区協协參参問问啟启嗎吗陸陆圍围執执場场報报增增壓压寫写"
    "實实寶宝將将專专尋寻導导屬属歲岁島岛師师帶带庫库廣广張张強强後后徵征恆恒愛爱慮虑戰战戲戏擇择擋挡據据擔担"
    "擁拥攔拦敗败斷断於于書书標标樣样機机權权歐欧殘残殼壳氣气汙污決决沒没淨净測测濟济灣湾為为無无狀状獎奖獨独"
    "現现環环異异畫画當当療疗發发盤盘監监眾众碼码礎础稿稿積积穩稳簡简簽签範范級级細细組组終终給给維维綜综線线"
    "緩缓緊紧縣县縮缩績绩織织繼继罰罚聲声職职臺台與与興兴舉举莊庄華华萬万葉叶補补裝装裡里複复規规視视覽览訓训"
    "託托設设許许訴诉評评詢询試试該该話话誠诚誤误請请談谈論论證证護护讓让議议變变財财貢贡貧贫販贩貫贯貴贵資资"
    "賃赁賺赚贏赢趙赵車车軌轨軟软較较載载輔辅輕轻輪轮達达違违遠远適适選选遺遗邊边鄉乡鄭郑醫医釋释針针鈔钞鈕钮"
    "鉛铅銅铜鋼钢錯错鍋锅鍵键鎮镇鏈链鐘钟鐵铁長长門门閉闭閒闲閱阅關关阿阿隊队階阶險险隨随雜杂雙双離离難难雲云"
    "霧雾靈灵靜静預预頂顶順顺須须領领頭头頻频顆颗顏颜願愿顧顾顯显風风飛飞飯饭飲饮飾饰養养餐餐館馆馬马駐驻驗验"
    "體体髮发鬆松鮮鲜鳥鸟鹽盐麗丽麥麦黃黄點点齊齐齒齿龍龙兩两兌兑繪绘鎊镑鑰钥鋪铺鈕钮澳澳"
)
_TO_SIMPLE = {
    there: here for there, here in zip(_PAIRS[::2], _PAIRS[1::2], strict=True) if there != here
}
_TABLE = str.maketrans(_TO_SIMPLE)
_ALSO: dict[str, str] = {}
for _there, _here in _TO_SIMPLE.items():
    _ALSO[_here] = _ALSO.get(_here, "") + _there


def simplified(text: str) -> str:
    """A text with the traditional characters that vocabulary needs written as simplified ones."""
    return text if text.isascii() else text.translate(_TABLE)


def compiled(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """Compile a pattern written in simplified characters so that it fits traditional ones, too."""
    return re.compile(both(pattern), flags)


def both(pattern: str) -> str:
    """A pattern of which each simplified character stands for the traditional ones as well."""
    found, is_class, is_escaped = [], False, False
    for letter in pattern:
        if letter in _ALSO:
            letters = letter + _ALSO[letter]
            found.append(letters if is_class else f"[{letters}]")
        else:
            found.append(letter)
            if not is_escaped and letter in "[]":
                is_class = letter == "["
        is_escaped = letter == "\\" and not is_escaped
    return "".join(found)
