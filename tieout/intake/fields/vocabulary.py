"""Headings that several kinds of batches share, in English and Chinese.

Written as `headings.normalised` leaves them: small letters, single spaces, no marks, simplified
characters without spaces between them.
"""

DATE = (
    "date|document date|doc date|posting date|post date|entry date|booking date|trans date"
    "|transaction date|txn date|gl date|journal date|voucher date|bill date|record date|day|on"
    "|payment date|paid on|payment paid on|completion date|started date|completed date"
    "|posted date"
    "|buchungstag|buchungsdatum|belegdatum|datum|date operation|fecha|data|issue date|issued on"
    "|日期|单据日期|业务日期|记账日期|入账日期|过账日期|制单日期|凭证日期|交易日期|交易日"
    "|交易时间"
    "|发生日期|时间|登记日期|记账时间|付款时间|开单日期|发生时间|录入日期|单据时间|创建时间"
    "|bldat|budat|created|date issued|date completed|booked on|营业日期|发生日|wertstellung"
    "|date de l operation|到账时间"
    "|created utc|created at|created on|created date|created|transaction date utc|time created"
    "|dated on|dated|fecha operacion|fecha contable|data contabile|data operazione|boekdatum"
    "|rentedatum|data valuta"
)
INVOICE_DATE = (
    "invoice date|inv date|date of invoice|billing date|tax date|rechnungsdatum|sale date"
    "|order date|sales date|delivery date|ship date|shipping date|created|created at|date created"
    "|开票日期|发票日期|销售日期|出库日期|送货日期|发货日期|订单日期|下单时间|下单日期"
    "|bill date|certificate date|date of certificate|date of issue|issue date|opened on"
    "|order created|订单创建时间|创建日期|订单时间|成交时间|业务时间"
    "|date de facture|date facture|date de la facture"
    "|factuurdatum|fecha factura|fecha de factura|fecha emision|data fattura|fakturadatum"
    "|开单时间|出票日期|开具日期|结算日期|对账日期"
)
DUE_DATE = (
    "due date|due|due on|date due|payment due|payment due date|net due date|maturity date|pay by"
    "|value date due|falligkeit|falligkeitsdatum|到期日|到期日期|付款到期日|应付日期|应收日期"
    "|收款期限"
    "|付款期限|账期到期日|约定付款日|预计收款日期|最后付款日"
    "|due date receive by|faelligkeit|faelligkeitsdatum|zfbdt|应付到期日|收款到期日|预计付款日期"
    "|echeance|date d echeance|date echeance"
    "|vervaldatum|fecha vencimiento|fecha de vencimiento|vencimiento|scadenza|data scadenza"
    "|forfallodatum|回款到期日|应收款到期日|信用到期日"
)
RETENTION = (
    "retention|retention amount|retainage|retainage amount|retention held|retention withheld"
    "|retention money|amount retained|retained amount|holdback|holdback amount|less retention"
    "|retention this certificate|einbehalt|sicherheitseinbehalt|retenue de garantie"
    "|质保金|质保金额|质保金金额|质量保证金|质量保证金金额|保留金|保留金额|保留金金额|保修金|保修金额"
    "|保修金金额|工程质保金|工程保修金|工程质量保证金|扣质保金|扣留质保金|应扣质保金|本期扣留质保金|预留质保金"
    "|预留质量保证金|质保款|质保尾款|扣保留金"
)
RETENTION_RATE = (
    "retention %|retention rate|retention percent|retention percentage|retention pct|retainage %"
    "|retainage rate|retainage percent|retainage percentage|holdback %|holdback rate"
    "|质保金比例|质保金比率|质保金率|质保金%|质保比例|质量保证金比例|质量保证金率|保留金比例|保留金率|保修金比例"
    "|保修金率|质保金扣留比例|质保金占比"
)
RETENTION_DUE = (
    "retention due|retention due date|retention release|retention release date|retention released"
    "|release of retention|retention until|retention expiry|retention expiry date|retainage due"
    "|retainage due date|retainage release date|release date|defects liability end|dlp end"
    "|dlp end date|warranty end|warranty end date|warranty expiry|warranty expiry date"
    "|guarantee end|guarantee expiry|holdback release date"
    "|质保金到期日|质保金到期日期|质保金日期|质保到期日|质保到期日期|质保期至|质保期满日|质保期满日期|质保期截止日"
    "|质保截止日|质保截止日期|质保金返还日|质保金返还日期|质保金退还日|质保金退还日期|质保金释放日|质保金释放日期"
    "|质保金应收日|质保金应收日期|质量保证金到期日|质量保证金返还日期|保留金到期日|保留金到期日期|保留金释放日"
    "|保留金释放日期|保修到期日|保修期至|保修期满日|保修金到期日|缺陷责任期满日|缺陷责任期截止日"
)
CUSTOMER_CODE = (
    "customer code|customer no|customer number|customer id|cust code|cust no|cust id|client code"
    "|client id|client no|account code|account no|account number|account id|debtor code|debtor no"
    "|debtor|customer account|bill to customer no|sell to customer no|bp code|cardcode|card code"
    "|partner code|partner id|kundennummer|kunden nr|debitor|sold to|sold to party|payer no"
    "|客户编码|客户编号|客户代码|客户号|客户id|往来单位编码|往来单位编号|往来编码|单位编码"
    "|购方编码"
    "|客商编码|会员编号|会员号|经销商编码|经销商编号|店铺编码|客户简码|伙伴编码"
    "|customer|client|account|partner|客户|往来单位|客商"
    "|kunnr|account reference|account ref|a c ref|customer account ref|customer ref"
    "|customer reference|card id|debitorennummer|debitor nr|konto|personenkonto|下单帐号"
    "|下单账号|客户账号|客户代号|购货单位编码|购货单位代码|客户id号|买家id"
    "|code client|no client|no de client"
    "|klantnummer|codigo cliente|codice cliente|num cliente"
)
CUSTOMER_NAME = (
    "customer name|name of customer|client name|customer|client|account name|debtor name|company"
    "|company name|bill to|bill to name|sell to customer name|cardname|card name|partner"
    "|partner name|contact|buyer|buyer name|cust name|trading name|kunde|kundenname"
    "|customer full name"
    "|客户|客户名称|客户全称|客户简称|往来单位|往来单位名称|往来户名称|单位名称|购方名称"
    "|购买方名称"
    "|购货单位|客商名称|客商|经销商|经销商名称|买方|买方名称|收货单位|购方|公司名称|店铺名称"
    "|contact name|billing name|billing company|customer display name"
    "|partner display name|invoice partner display name|co last name|employer"
    "|client company|guest company|bill to customer|customer ship to|account holder"
    "|kundenbezeichnung|firma|debitorenname|买家会员名|买家名称|买家|买家昵称|协议单位"
    "|挂账单位|消费单位|购货方|购货方名称"
    "|需方|需方名称|甲方|收货方|往来户|购买单位|客户单位|name"
    "|business partner|business partner name|bp name|nom du client"
    "|business name|organisation|organization|organisation name|organization name|receiver name"
    "|recipient name|recipient|receiver|consignee|开票单位|开票名称|开票抬头"
    "|发票抬头|抬头|客户抬头"
    "|full name|buyer full name|shipping name|ship name|klantnaam|klant|nombre cliente"
    "|nombre del cliente|cliente|ragione sociale|razon social"
)
TAX_ID = (
    "tax id|tax no|tax number|vat number|vat no|vat id|vat reg no|vat registration no"
    "|vat registration number|gst no|gstin|abn|ein|tin|federal tax id|tax registration number"
    "|tax id no|ust idnr|ust id|siret|tax code id"
    "|税号|纳税人识别号|统一社会信用代码|社会信用代码|信用代码|购方税号|购买方税号|税务登记号"
    "|纳税识别号|购方纳税人识别号"
    "|gst identification no|gst identification number|tax identification number"
    "|u st id no|ust id no|ust idno|购买方识别号|购买方纳税人识别号|纳税人税号"
)
CURRENCY = (
    "currency|currency code|curr|ccy|cur|curr code|currency id"
    "|transaction currency|account currency|wahrung|devise|iso code|amount currency"
    "|币种|币别|货币|交易币种|记账币种|货币代码|币种代码|货币种类|原币"
    "|waers|hwaer|waehrung|wkz umsatz|wkz|currency symbol|payment currency"
    "|local currency|trade currency|document currency code|order currency|交易货币|结算币种"
    "|记账币别|币种名称"
    "|monnaie"
    "|doc cur|document cur|trans cur|valuta|moneda|divisa"
)
AMOUNT = (
    "amount|total|total amount|grand total|invoice total|invoice amount|document total"
    "|amount due|total due|total incl vat|total including tax|gross|gross amount|total gross"
    "|amount incl tax|amount including vat|total price|amt|net amount due"
    "|balance due|open amount|remaining amount|amount lcy"
    "|doc total|doctotal|total inc tax|invoice value|bill amount|order total|betrag|umsatz|brutto"
    "|montant|importe|transaction amount|trans amount|local amount|amount in local currency"
    "|金额|合计金额|总金额|总额|合计|价税合计|含税金额|含税总额|应收金额|发票金额|单据金额"
    "|交易金额|发生额"
    "|总计|本币金额|应付金额|结算金额|实收金额|订单金额|销售金额|票面金额"
    "|记账金额|实付金额|应收账款|欠款金额|本次金额"
    "|dmbtr|wrbtr|total signed|amount total|amount total signed|inc tax total"
    "|inc vat total|total inc vat|bruttobetrag|gesamtbetrag|rechnungsbetrag"
    "|umsatz ohne soll haben kz|total sales|gross total|invoice amount incl tax"
    "|net receipts|payment amount|trade amount|收支金额|交易额|买家实际支付金额|买家实付金额"
    "|实付款|实付|应收总额"
    "|含税合计|价税合计金额|合计金额含税|应收合计|消费金额|含税金额小计|本次应收"
    "|发生金额"
    "|montant ttc|total ttc|montant total"
    "|value|total value"
    "|amount in lc|amount in loc curr|amount in loc currency"
    "|gross value|gross certified|certified amount|certified value|value certified"
    "|gross valuation|开单金额|开票金额|开票总额|开单合计"
    "|bedrag|importo|importe total|totale|totale fattura|total factura|totaalbedrag|belopp"
    "|valor|送货金额|发货金额|出库金额|开具金额"
)
#: Of payments alone: beside an invoice it is what has come of it so far.
PAID_AMOUNT = "收款金额|付款金额|到账金额|汇款金额|收款额|付款额"
ORIGINAL_AMOUNT = (
    "original amount|doc amount|document amount|foreign amount|amount in doc currency"
    "|amount in document currency|foreign currency amount|fc amount|original currency amount"
    "|amount fc"
    "|原币金额|外币金额|原币|原币发生额"
    "|amount in doc curr|amount in document curr|amount foreign currency"
    "|amount in transaction currency|original amt"
)
ORIGINAL_CURRENCY = (
    "original currency|doc currency|document currency|foreign currency|fc"
    "|transaction currency code"
    "|原币币种|外币币种|外币"
    "|document curr|doc curr"
)
DEBIT = (
    "debit|dr|debit amount|amount debit|debits|debit lcy|charges|charge|invoiced|billed|soll"
    "|debit local|debit base|debit value|total debit"
    "|借方|借方金额|借方发生额|借|本期借方|借方本币|借方原币|借方发生|增加|增加金额|应收增加"
    "|本期应收|本期增加"
    "|debit amt|本期应收本币|应收金额本币|本期付款|应付减少|本期已付|应收发生"
    "|debe|dare|debet"
)
CREDIT = (
    "credit|cr|credit amount|amount credit|credits|credit lcy|paid|payments|haben|credit local"
    "|credit base|credit value|total credit"
    "|贷方|贷方金额|贷方发生额|贷|本期贷方|贷方本币|贷方原币|贷方发生|减少|减少金额|应收减少"
    "|本期收款|本期减少"
    "|credit amt|本期收回|本期收回本币|已收金额|收回金额|应付增加|本期应付|收款发生"
    "|haber|avere"
)
DIRECTION = (
    "dc|d c|dr cr|cr dr|debit credit|debit or credit|direction|sign|dc indicator|in out"
    "|credit debit|crdr|dbcr|type dc|af bij|debit credit indicator|balance impact"
    "|借贷|借贷方向|方向|借贷标志|收支|收付|收支方向|收支类型|借贷标识|收付标志|余额方向"
    "|shkzg|soll haben kennzeichen|soll haben|s h|debit credit code|d c indicator"
    "|dr cr indicator|收支类别|借或贷|借贷方|收支标志|资金流向"
)
BALANCE = (
    "balance|running balance|cumulative balance|closing balance|account balance|saldo|solde"
    "|available balance|ledger balance|book balance|balance after|current balance|cum balance"
    "|balance lcy"
    "|余额|账户余额|本次余额|联机余额|期末余额|当前余额|结余|账面余额|累计余额|交易后余额"
    "|可用余额"
    "|running total|ledger bal|bal|kontostand|after transaction balance|closing bal"
    "|账户结余|结余金额|余额元|期末结存|余额方"
    "|saldo nach buchung|balance after transaction|balance after booking|neuer saldo"
    "|saldo na mutatie|结欠|欠款余额|应收余额|应付余额|尚欠|累计欠款|未付余额"
)
TAX = (
    "tax|tax amount|vat|vat amount|gst|gst amount|sales tax|total tax|tax total|mwst|ust|tva|iva"
    "|税额|税金|合计税额|增值税|增值税额|销项税额|进项税额|税款|发票税额"
    "|taxes|mw st|mehrwertsteuer|umsatzsteuer|tax1 amount|order tax|total taxes"
    "|gst total|合计税|税额合计"
    "|u st|montant tva|montant de la tva|total tva"
    "|vat sum|tax sum|sales tax value|sales tax amount|tax value|vat value|btw|btw bedrag"
    "|iva importe|importe iva|imposta|integrated tax"
)
NET_AMOUNT = (
    "net amount|net|amount excl tax|amount excl vat|amount excluding tax|amount excluding vat"
    "|total excl tax|total excl vat|total ex vat|amount ex vat|amount ex tax|net total|total net"
    "|net value|taxable amount|taxable value|untaxed amount|amount untaxed|amount before tax"
    "|total before tax|subtotal|sub total|amount without tax|net sales|tax exclusive amount"
    "|line total excl tax|line amount excl tax|line amount excl vat|line net|net line amount"
    "|netto|nettobetrag|nettoumsatz|montant ht|total ht|base imponible|imponibile"
    "|不含税金额|未税金额|无税金额|不含税总额|不含税合计|不含税|税前金额|金额不含税|合计金额不含税"
    "|不含税金额小计|未税合计|无税合计|净额|不含税销售额|不含税价款|销售额不含税"
)
NET_PRICE = (
    "net unit price|unit price excl tax|unit price excl vat|unit price ex vat|unit price ex tax"
    "|unit price excluding tax|unit price before tax|price excl tax|price excl vat|price ex vat"
    "|unit price net|price net|nettopreis|prix unitaire ht"
    "|不含税单价|未税单价|无税单价|单价不含税|税前单价|不含税价|未税价|无税价"
)
PO = (
    "po|po no|po number|purchase order|purchase order no|purchase order number|customer po"
    "|customer po no|your order|your order no|cust po|buyer order no|client po|po ref"
    "|customer order no|customer s order|customer reference|your reference|your ref"
    "|external document no"
    "|客户订单号|采购订单号|采购单号|客户采购单号|客户po|po号|对方订单号|采购订单"
    "|po check no|po check number|purchase order ref|customer purchase order|bstnk"
    "|our purchase order|客户订单编号|客户采购订单号|买方订单号"
    "|num at card|客户单号|客户合同号"
)
ORDER_NO = (
    "order|order no|order number|order id|sales order|sales order no|so no|so number|so|our order"
    "|our order no|shop order|order ref|auftrag|auftragsnummer"
    "|订单号|订单编号|销售订单号|销售订单|订单|平台订单号|商城订单号|商户单号|商家订单号"
    "|销售单号|网店订单号"
    "|主订单编号|平台单号|线上订单号|网店单号|交易编号|subtotal order no|order name|auftragsnr"
)
DELIVERY_NO = (
    "delivery note|delivery note no|delivery no|delivery number|dn no|shipment no|shipment number"
    "|packing slip|packing list no|goods issue|goods issue no|despatch no|dispatch note"
    "|lieferschein"
    "|waybill|delivery|delivery id"
    "|送货单|送货单号|发货单号|发货单|出库单号|出库单|交货单号|运单号|快递单号|提货单号"
    "|物流单号|交货单"
    "|packing slip no|consignment no|发货单编号|发运单号|送货单编号"
    "|delivery slip|delivery slip no|delivery slip number"
)
TAX_INVOICE_NO = (
    "tax invoice no|tax invoice number|vat invoice no|gst invoice no|fapiao|fapiao no"
    "|golden tax invoice no|税票号|税票号码|增值税发票号|增值税发票号码|数电票号码|数电票号"
    "|发票代码"
    "|金税发票号|全电发票号|税务发票号|专票号码"
)
DESCRIPTION = (
    "description|memo|narration|narrative|particulars|remarks|remark|notes|note|details|detail"
    "|text|comment|comments|item description|line description|header text|transaction description"
    "|transaction remarks"
    "|booking text|purpose|subject|document header text|journal memo|verwendungszweck"
    "|buchungstext"
    "|libelle|concepto|message|transaction details|transaction memo"
    "|摘要|备注|说明|描述|用途|附言|交易摘要|单据摘要|内容|交易附言|交易描述|客户摘要|商品说明"
    "|业务摘要"
    "|备注信息|凭证摘要|行摘要|留言"
    "|sgtxt|customer note|charge|charge description|charge type|item details|line memo"
    "|amount description|verwendung|text 1|买家留言|订单备注|附加说明|费用项目|消费项目"
    "|业务说明|业务摘要说明|用途摘要"
    "|单据备注|表头备注|整单备注"
    "|title|invoice title|document title"
    "|public notes|public note|client note|customer message|omschrijving|mededelingen"
    "|descripcion|causale|descrizione"
)
DOCUMENT_KIND = (
    "type|document type|doc type|transaction type|trans type|invoice type|entry type|kind"
    "|voucher type|txn type|doc kind|category|posting type|source type|belegart|journal type"
    "|class"
    "|单据类型|业务类型|类型|单据种类|凭证类型|票据类型|发票类型|交易类型|单据类别|业务种类"
    "|单据性质|类别"
    "|blart|activity|trx type|document category|transaction|单据名称|业务类别"
    "|transaction type name|document type name|invoice type name|voucher type name"
)
REFERENCE = (
    "reference|ref|ref no|reference no|reference number|our reference|our ref|external reference"
    "|external ref|assignment|document reference|link|related document|source document|source no"
    "|applies to doc no|reference 1|ref 1|referenz|xblnr|relevant document"
    "|参考号|参考|对应单号|关联单号|来源单号|源单号|外部单号|参考单号|相关单号|附件号|对账编号"
    "|合同编号|合同号"
    "|zuonr|contract no|contract number|contract|project no|document ref|our no"
    "|extra reference|外部单据号|外部编号|关联单据号|项目编号|相关合同号"
)
NUMBER = (
    "no|number|document no|document number|doc no|doc number|docnum|doc num|voucher no"
    "|voucher number|voucher|transaction no|transaction number|transaction id|trans no|trans id"
    "|txn id|entry no|document|id|bill no|bill number|belegnummer|beleg|journal no|jnl no"
    "|document id"
    "|单据号|单据编号|单号|编号|凭证号|凭证编号|凭证字号|单据号码|业务单号|流水号|单据|票据号"
    "|票号|凭证号数"
    "|belnr|belegfeld|belegnr|num|certificate no|certificate number|folio no"
    "|folio number|folio|statement no|claim no|payment certificate no|单据编码|账单号|账单编号"
    "|结算单号|对账单号|业务编号"
    "|no de piece|no piece"
    "|开单单号|开单号|开单编号"
    "|id no"
)
INVOICE_NO = (
    "invoice no|invoice number|invoice|invoice id|inv no|inv number|inv|invoiceno|credit memo no"
    "|credit note no|tax invoice|rechnungsnummer|rechnung nr|rechnungs nr|facture no"
    "|numero facture"
    "|sales invoice|sales invoice no|bill|invoice ref"
    "|发票号|发票号码|发票编号|销售发票号|开票号码|发票单号|蓝字发票号"
    "|rechnung|rechnungsnr|vbeln|invoice reference|billing document|billing no"
    "|credit note number|数电发票号码|全电发票号码|专票号"
    "|n facture|no facture|no de facture|numero de facture"
    "|开票编号|开票单号|开票单据号"
    "|factuurnummer|factuur|numero de factura|num factura|factura|n factura|numero fattura"
    "|fattura|n fattura|fakturanummer|fakturanr"
)
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
    "|物品名称|服务项目|收费项目|工程项目|消费内容"
)
SPECIFICATION = (
    "specification|spec|model|size|variant|option|规格|规格型号|型号|商品规格|规格及型号"
)
UNIT = (
    "unit|uom|unit of measure|units|measure|einheit|sales unit|pack unit"
    "|单位|计量单位|数量单位|基本单位|销售单位|主单位"
    "|usage unit|unit of measurement|base unit of measure|base unit|sales uom|主计量|计价单位"
    "|主计量单位|库存单位"
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
    "|含税小计|行价税合计金额|商品总价|商品小计"
)
PAYER = (
    "payer|payer name|payor|paid by|from|remitter|remitter name|counterparty|counterparty name"
    "|name|sender|sender name|received from|debtor name|beneficiary or remitter|ordering party"
    "|payee or payer|auftraggeber|from account name|partner name|beneficiary"
    "|付款方|付款人|付款单位|付款人名称|付款方名称|付款方户名|对方户名|对方名称|对方单位"
    "|交易对方|对方"
    "|付款户名|对手信息|汇款人|对方单位名称|对方账户名|缴款单位|收付方名称|对方账户名称"
    "|交易对手|交易对手名称|对手方|对手名称"
    "|auftraggeber beguenstigter|beguenstigter zahlungspflichtiger|zahlungspflichtiger"
    "|customer bank name|payment from|payee payer|sender recipient|收付方户名|付款账户名称"
    "|对方客户名称"
    "|对方公司|交易对方名称|对方信息"
    "|name zahlungsbeteiligter|zahlungsbeteiligter|auftraggeber empfanger"
    "|empfanger auftraggeber|beguenstigter auftraggeber|begunstigter auftraggeber"
    "|zahlungspartner|name auftraggeber|name zahlungspartner|对方账号名称"
    "|对方账户户名|对手户名|对手账户名称|付款账号名称|付款人户名"
    "|payee|naam omschrijving|naam tegenpartij|naam|tegenpartij|ordenante|beneficiario"
)
PAYER_ACCOUNT = (
    "payer account|payer account no|account of payer|from account|counterparty account|payer iban"
    "|iban|remitter account|from account no|sender account|counterparty iban|debtor iban"
    "|对方账号|付款账号|付款方账号|对方账户|付款人账号|对方银行账号|收付方账号|交易对手账号"
    "|对手账号"
    "|kontonummer iban|iban kontonummer|kontonummer|gegenkonto iban"
    "|account of counterparty|收付方账户|对方卡号|对方帐号|付款帐号|交易对方账号"
    "|iban zahlungsbeteiligter|iban zahlungspartner|iban auftraggeber|gegenkonto"
    "|tegenrekening|iban tegenpartij|tegenrekening iban"
)
OWN_ACCOUNT = (
    "own account|our account|iban auftragskonto|auftragskonto|posted account"
    "|本方账号|本行账号|我方账号|本方账户|交易账号|查询账号|账号|账户|银行账号"
    "|account number|account no|account|konto|kontonummer|iban"
)
BANK_REFERENCE = (
    "bank reference|bank ref|bank reference no|payment reference|transaction reference|fitid"
    "|reference number|account servicer reference|end to end id|endtoendid|trace no|bank ref no"
    "|zkb reference|check no|cheque no|check number|cheque number|bank transaction id|utr"
    "|银行流水号|交易流水号|流水号|日志号|交易号|回单编号|银行参考号|支付流水号|交易单号"
    "|核心流水号"
    "|银行单号|交易订单号|流水编号|支付单号|电子回单号|交易序号|柜员流水号"
    "|check or slip no|chq ref no|cheque ref no|chq no|transaction ref"
    "|transaction reference number|ref no chq no|bank trn|kundenreferenz|账务流水号|资金流水号"
    "|微信支付业务单号|支付宝流水号|支付宝交易号|账户明细编号交易流水号|会计流水号|主机流水号"
    "|票据号码|交易编号"
    "|transferwise id|wise id"
)
MONEY_IN = (
    "money in|credit|credit amount|paid in|deposit|deposits|amount received|received|receipts"
    "|deposit amount|credit amt|inflow|in|amount in|deposit amt|haben|cr|credits|income"
    "|收入|收入金额|存入|存入金额|贷方|贷方金额|贷方发生额|转入|转入金额|收款金额|入账金额|贷"
    "|交易金额收入"
    "|收方金额|存入发生额|进账|存款金额|贷记金额"
    "|collections|lodgements|money received|amount credited|贷方发生额收入|转入金额元|收入元"
    "|收入金额元|收款"
    "|入账|贷方金额元|来账金额"
    "|存入额|entrate|accrediti|ingresos"
)
MONEY_OUT = (
    "money out|debit|debit amount|paid out|withdrawal|withdrawals|debit amt|outflow|out"
    "|amount out|withdrawal amt|withdrawal amount|soll|dr|debits|expense|paid"
    "|支出|支出金额|转出|转出金额|借方|借方金额|借方发生额|付出|付款金额|出账金额|借"
    "|交易金额支出|取出"
    "|付方金额|支取|支取金额|取出金额|取款金额|借记金额"
    "|payments out|money paid|amount debited|借方发生额支取|支出元|支出金额元|付款|出账"
    "|借方金额元|往账金额"
    "|提款金额|支出额|uscite|addebiti|gastos"
)
STATUS = (
    "status|state|order status|document status|invoice status|transaction status|posting status"
    "|状态|单据状态|订单状态|发票状态"
)
PAYMENT_STATUS = "payment status|当前状态|交易状态|支付状态|处理状态|转账状态|交易结果"
