"""Headings over what was sold."""

PRODUCT_CODE = (
    "product code|product no|item code|sku|product id|product|item no|item number|item id|item"
    "|stock code|stock no|part no|part number|material|material no|material number|article no"
    "|article|artikelnummer|track id|barcode|itemcode|goods code|service code|variant sku"
    "|商品编码|商品编号|产品编码|产品编号|物料编码|物料编号|物料代码|存货编码|货号|条码"
    "|货品编码|品号|料号"
    "|商品条码|产品代码|商品代码|基本条码|sku编码"
    "|matnr|lineitem sku|item sku|seller sku|asin|stock keeping unit|product sku"
    "|product service code|商家编码|商品id|货品编号|产品长代码|存货代码|宝贝id|货物编码"
    "|产品货号|sku id|sku编号"
)
PRODUCT_NAME = (
    "product name|item name|item description|article name|material description|goods|service"
    "|product description|lineitem name|bezeichnung|dscription"
    "|商品名称|产品名称|物料名称|存货名称|品名|货品名称|货物或应税劳务名称|货物名称|服务名称"
    "|项目名称|商品"
    "|物料描述|品名规格|产品|品种|货物名称规格"
    "|item|item product service|product service|line item name|product title|item title"
    "|goods name|stock description|artikelbezeichnung|artikel|存货|商品全名|宝贝标题|商品标题"
    "|货品|产品全名"
    "|物品名称|服务项目|收费项目|工程项目|消费内容|明细名称|明细项目|菜品|菜品名称|品目"
)
SPECIFICATION = (
    "specification|spec|model|size|variant|option|规格|规格型号|型号|商品规格|规格及型号"
)
UNIT = (
    "unit|uom|unit of measure|units|measure|einheit|sales unit|pack unit"
    "|单位|计量单位|数量单位|基本单位|销售单位|主单位"
    "|usage unit|unit of measurement|base unit of measure|base unit|sales uom|主计量|计价单位"
    "|主计量单位|库存单位"
    "|uo m|sales uo m|sales unit of measure|einh|me|unite|unidad|unita di misura|enhed"
    "|enhet|eenheid"
)
QUANTITY = (
    "quantity|qty|quantity shipped|qty shipped|quantity invoiced|qty invoiced|menge|quantite"
    "|no of units|pieces|pcs|lineitem quantity|shipped qty|invoiced qty|order qty"
    "|数量|销售数量|出库数量|发货数量|件数|实发数量|开票数量|送货数量|订购数量"
    "|item quantity|lineitem qty|quantity purchased|qty sold|quantity sold|计价数量|购买数量"
    "|宝贝总数量|商品数量|订购数|实收数量|基本数量|主数量"
)
UNIT_PRICE = (
    "unit price|price|rate per unit|unit cost|price per unit|sales price|net price|preis"
    "|einzelpreis|prix unitaire|unit selling price|lineitem price|price each|unit rate"
    "|单价|含税单价|销售单价|售价|销售价|商品单价|结算单价|成交价|价格"
    "|unit amount|item rate|rate|item price|sales unit price|unit price incl tax"
    "|selling price|netpr|京东价|商品价格|含税售价|结算价|商品售价|实际单价|折后单价|销售含税单价"
    "|开票单价|开单单价|发货单价|含税价"
)
LINE_AMOUNT = (
    "line amount|line total|amount per line|extended price|extended amount|ext price|ext amount"
    "|row total|line value|item total|line amount incl vat|linetotal"
    "|item amount"
    "|行金额|明细金额|金额小计|小计|商品金额|行合计|分录金额|明细价税合计|货款|行价税合计"
    "|line total incl tax|item total amount|line amount including vat|netwr|折后金额|折后含税金额"
    "|含税小计|行价税合计金额|商品总价|商品小计|菜品小计|明细小计"
)
