"""What a row of customers can say."""

from tieout.i18n import N_
from tieout.intake.fields import vocabulary as words
from tieout.intake.fields.field import Field, FieldTable, Reads, headings

FIELDS = FieldTable(
    (
        Field(
            "code",
            N_("Customer code"),
            Reads.IDENTIFIER,
            headings(
                words.CUSTOMER_CODE, "code|no|number|id|reference|ref|编号|编码|代码|会员卡号"
            ),
            N_("Your code of the customer; never changes. Empty: the name stands for it."),
            "C-0012",
        ),
        Field(
            "name",
            N_("Customer name"),
            Reads.TEXT,
            headings(
                words.CUSTOMER_NAME,
                "name|full name|legal name|display name|名称|全称|姓名|客户姓名",
            ),
            N_("The name on statements."),
            "Brightwater Trading Ltd",
            one_of="name",
        ),
        Field(
            "first_name",
            N_("First name"),
            Reads.TEXT,
            headings("first name|firstname|given name|forename|vorname|名"),
            N_("Of a person; used where there is no company name."),
            one_of="name",
        ),
        Field(
            "last_name",
            N_("Last name"),
            Reads.TEXT,
            headings("last name|lastname|surname|family name|nachname|姓"),
            N_("Of a person; used where there is no company name."),
            one_of="name",
        ),
        Field(
            "aliases",
            N_("Other names"),
            Reads.TEXT,
            headings(
                "alias|aliases|short name|other names|also known as|aka"
                "|简称|别名|其他名称|曾用名|助记码"
            ),
            N_("Names it also goes by in files, separated by semicolons."),
            "Brightwater; BWT",
        ),
        Field(
            "tax_id",
            N_("Tax number"),
            Reads.IDENTIFIER,
            headings(words.TAX_ID),
            N_("The customer’s tax number."),
            "91310000MA1FL00000",
        ),
        Field(
            "currency",
            N_("Currency"),
            Reads.CURRENCY,
            headings(words.CURRENCY, "default currency|结算币种|默认币种"),
            N_("Three letters, such as CNY or EUR."),
            "CNY",
        ),
        Field(
            "terms_days",
            N_("Days to pay"),
            Reads.DAYS,
            headings(
                "terms|customer payment terms|payment terms code|payment terms|payment term"
                "|credit terms|terms days|days to pay|credit days"
                "|due days|net days|payment days|zahlungsziel|账期|账期天数|付款条件|信用期"
                "|收款期限|收款期限天|收款账期|信用天数|zahlungsziel tage"
                "|信用天数"
                "|收款条件|结算天数|付款天数|信用期限|账期天"
            ),
            N_("Days after the document’s date on which it is due."),
            "30",
        ),
        Field(
            "credit_limit",
            N_("Credit limit"),
            Reads.AMOUNT,
            headings(
                "credit limit|limit|credit line|credit amount|max credit|kreditlimit"
                "|信用额度|授信额度|额度|信用限额|信用额"
            ),
            N_("How much may be open at most; empty: no limit."),
            "200000",
        ),
        Field(
            "language",
            N_("Language"),
            Reads.LANGUAGE,
            headings("language|lang|locale|sprache|语言|语种"),
            N_("en or zh: in which language the customer is written to."),
            "zh",
        ),
        Field(
            "contact",
            N_("Contact person"),
            Reads.TEXT,
            headings(
                "contact|contact name|contact person|attention|attn|primary contact"
                "|ansprechpartner"
                "|联系人|联系人姓名|财务联系人|对账联系人|主要联系人|收货人"
            ),
            N_("Who receives statements there."),
            "Wang Fang",
        ),
        Field(
            "position",
            N_("Position"),
            Reads.TEXT,
            headings("position|job title|title|role|职务|职位|岗位"),
            N_("What that person does."),
            "Accountant",
        ),
        Field(
            "email",
            N_("E-mail"),
            Reads.MAIL,
            headings(
                "email|e mail|mail|email address|e mail address|contact email|billing email"
                "|email id"
                "|邮箱|电子邮箱|邮件|电子邮件|邮箱地址|对账邮箱"
            ),
            N_("Where statements go."),
            "wang.fang@brightwater.example",
        ),
        Field(
            "phone",
            N_("Phone"),
            Reads.IDENTIFIER,
            headings(
                "phone|telephone|tel|phone no|phone number|mobile|mobile no|cell"
                "|contact phone|telefon"
                "|telefonnummer|mobile phone|phone 1"
                "|电话|手机|联系电话|手机号码|手机号|电话号码|联系手机"
            ),
            N_("With the country’s prefix."),
            "+86 21 5555 0012",
        ),
        Field(
            "address",
            N_("Address"),
            Reads.TEXT,
            headings(
                "address|billing address|street|address line 1|registered address|adresse"
                "|strasse|straße"
                "|po address line|address line|billing street|street address|mailing address"
                "|地址|注册地址|联系地址|公司地址|通讯地址|开票地址"
            ),
            N_("As it stands on letters."),
            "1 Harbour Road, Shanghai",
        ),
        Field(
            "group",
            N_("Group"),
            Reads.TEXT,
            headings(
                "group|customer group|customer class|class|segment|customer type|category|tier"
                "|所属分类|客户类型|客户分组|分组|客户分类|客户类别|分类|客户等级|客户级别"
            ),
            N_("Customers that are treated alike."),
        ),
        Field(
            "parent",
            N_("Belongs to"),
            Reads.IDENTIFIER,
            headings(
                "parent|parent code|parent customer|parent id|head office|group company"
                "|related company"
                "|上级客户|上级编码|总公司|母公司|上级单位|集团"
            ),
            N_("The code of the parent company, where there is one."),
        ),
        Field(
            "delivery_address",
            N_("Delivery address"),
            Reads.TEXT,
            headings("delivery address|shipping address|ship to|收货地址|送货地址"),
            N_("Where goods go, where that is elsewhere."),
        ),
        Field(
            "time_zone",
            N_("Time zone"),
            Reads.TEXT,
            headings("time zone|timezone|时区"),
            N_("Such as Asia/Shanghai; empty: the company’s."),
        ),
        Field(
            "owner",
            N_("Owner"),
            Reads.TEXT,
            headings(
                "owner|sales person|salesperson|account manager|业务员|销售员|负责人|客户经理"
            ),
            N_("The mail address or name of the colleague who looks after it."),
        ),
        Field(
            "tags",
            N_("Tags"),
            Reads.TEXT,
            headings("tags|labels|标签"),
            N_("Separated by commas."),
        ),
        Field(
            "is_active",
            N_("Active"),
            Reads.TEXT,
            headings("active|is active|enabled|启用|是否启用|是否有效"),
            N_("yes or no: whether you trade with it."),
        ),
    )
)
