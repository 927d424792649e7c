"""A small whole file of each format, all its figures tying."""

CAMT = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    "<Document xmlns='urn:iso:std:iso:20022:tech:xsd:camt.053.001.08'><BkToCstmrStmt><Stmt>"
    "<Id>S-1</Id><Acct><Id><IBAN>DE79000000001234567890</IBAN></Id></Acct>"
    "<Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp><Amt Ccy='EUR'>1.00</Amt>"
    "<CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-06-29</Dt></Dt></Bal>"
    "<Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy='EUR'>3.00</Amt>"
    "<CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-06-30</Dt></Dt></Bal>"
    "<Ntry><Amt Ccy='EUR'>2.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts>"
    "<BookgDt><Dt>2026-06-30</Dt></BookgDt><AddtlNtryInf>INV-1031</AddtlNtryInf></Ntry>"
    "</Stmt></BkToCstmrStmt></Document>"
)
MT940 = """:20:M1
:25:43060967/7000123400
:28C:00012/001
:60F:C260629EUR1,00
:61:2606300630C2,00NTRFNONREF//B0001
:86:INV-1031
:62F:C260630EUR3,00
-
"""
OFX = """OFXHEADER:100
<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>EUR<BANKACCTFROM><ACCTID>7</BANKACCTFROM>
<BANKTRANLIST><STMTTRN><TRNTYPE>CREDIT<DTPOSTED>20260630<TRNAMT>2.00<FITID>F1<NAME>INV-1031
</STMTTRN></BANKTRANLIST></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>
"""
BAI2 = """01,BANKUS33,HARBOUR,260630,0900,1,80,,2/
02,HARBOUR,BANKUS33,1,260630,,USD,2/
03,700100,USD,010,100,,,015,300,,/
16,195,200,Z,B-1,C-1,INV-1031/
49,600,3/
98,600,1,5/
99,600,1,7/
"""
UBL = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2" '
    'xmlns:c="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2" '
    'xmlns:a="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2">'
    "<c:ID>INV-1031</c:ID><c:IssueDate>2026-06-29</c:IssueDate>"
    "<c:DocumentCurrencyCode>EUR</c:DocumentCurrencyCode>"
    "<a:LegalMonetaryTotal><c:LineExtensionAmount>2.00</c:LineExtensionAmount>"
    "<c:PayableAmount>2.00</c:PayableAmount></a:LegalMonetaryTotal>"
    "<a:InvoiceLine><c:ID>1</c:ID><c:LineExtensionAmount>2.00</c:LineExtensionAmount>"
    "<a:Item><c:Name>Valve</c:Name></a:Item></a:InvoiceLine></Invoice>"
)
JSON = (
    '[{"number": "INV-1031", "date": "2026-06-29", "customer": {"code": "M-0217"}, '
    '"lines": [{"product": "P-1", "amount": 1.10}, {"product": "P-2", "amount": 0.90}]}]'
)
