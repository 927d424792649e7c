"""A Cross Industry Invoice, built from its parts."""

SPACES = (
    'xmlns:rsm="urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100" '
    'xmlns:ram="urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformation'
    'Entity:100" xmlns:udt="urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100"'
)


def line(number: str, name: str, amount: str, reason: str = "") -> str:
    """A line of an invoice, ten pieces of something."""
    status = f"<ram:LineStatusReasonCode>{reason}</ram:LineStatusReasonCode>" if reason else ""
    return (
        "<ram:IncludedSupplyChainTradeLineItem><ram:AssociatedDocumentLineDocument>"
        f"<ram:LineID>{number}</ram:LineID>{status}</ram:AssociatedDocumentLineDocument>"
        "<ram:SpecifiedTradeProduct><ram:SellerAssignedID>HT-0187</ram:SellerAssignedID>"
        f"<ram:Name>{name}</ram:Name></ram:SpecifiedTradeProduct><ram:SpecifiedLineTradeDelivery>"
        '<ram:BilledQuantity unitCode="H87">10.0000</ram:BilledQuantity>'
        "</ram:SpecifiedLineTradeDelivery><ram:SpecifiedLineTradeSettlement>"
        "<ram:SpecifiedTradeSettlementLineMonetarySummation><ram:LineTotalAmount>"
        f"{amount}</ram:LineTotalAmount></ram:SpecifiedTradeSettlementLineMonetarySummation>"
        "</ram:SpecifiedLineTradeSettlement></ram:IncludedSupplyChainTradeLineItem>"
    )


def sums(**said: str) -> str:
    """The sums of an invoice by their names."""
    inside = "".join(f"<ram:{name}>{amount}</ram:{name}>" for name, amount in said.items())
    name = "SpecifiedTradeSettlementHeaderMonetarySummation"
    return f"<ram:{name}>{inside}</ram:{name}>"


#: Net 100.00, allowance 10.00, freight 20.00, tax 14.30, prepaid 24.30.
SUMS = sums(
    LineTotalAmount="100.00",
    ChargeTotalAmount="20.00",
    AllowanceTotalAmount="10.00",
    TaxBasisTotalAmount="110.00",
    TaxTotalAmount="14.30",
    GrandTotalAmount="124.30",
    TotalPrepaidAmount="24.30",
    DuePayableAmount="100.00",
)
BESIDE = (
    "<ram:ApplicableTradeTax><ram:CalculatedAmount>14.30</ram:CalculatedAmount>"
    "<ram:TypeCode>VAT</ram:TypeCode><ram:RateApplicablePercent>13</ram:RateApplicablePercent>"
    "</ram:ApplicableTradeTax><ram:SpecifiedTradeAllowanceCharge><ram:ChargeIndicator>"
    "<udt:Indicator>false</udt:Indicator></ram:ChargeIndicator><ram:ActualAmount>10.00"
    "</ram:ActualAmount><ram:Reason>Loyalty</ram:Reason></ram:SpecifiedTradeAllowanceCharge>"
    "<ram:SpecifiedLogisticsServiceCharge><ram:Description>Freight</ram:Description>"
    "<ram:AppliedAmount>20.00</ram:AppliedAmount></ram:SpecifiedLogisticsServiceCharge>"
    '<ram:SpecifiedTradePaymentTerms><ram:DueDateDateTime><udt:DateTimeString format="102">'
    "20260729</udt:DateTimeString></ram:DueDateDateTime></ram:SpecifiedTradePaymentTerms>"
)


def invoice(
    lines: str = "",
    *,
    beside: str = BESIDE,
    totals: str = SUMS,
    code: str = "380",
    corrects: str = "",
    number: str = "INV-2031",
) -> str:
    """An invoice to customer M-0217."""
    found = (
        f"<ram:InvoiceReferencedDocument><ram:IssuerAssignedID>{corrects}</ram:IssuerAssignedID>"
        "</ram:InvoiceReferencedDocument>"
        if corrects
        else ""
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><rsm:CrossIndustryInvoice {SPACES}>'
        f"<rsm:ExchangedDocument><ram:ID>{number}</ram:ID><ram:TypeCode>{code}</ram:TypeCode>"
        '<ram:IssueDateTime><udt:DateTimeString format="102">20260629</udt:DateTimeString>'
        "</ram:IssueDateTime></rsm:ExchangedDocument><rsm:SupplyChainTradeTransaction>"
        f"{lines}<ram:ApplicableHeaderTradeAgreement><ram:BuyerReference>04011000-12345-34"
        "</ram:BuyerReference><ram:SellerTradeParty><ram:Name>Harbour Tools</ram:Name>"
        "</ram:SellerTradeParty><ram:BuyerTradeParty><ram:Name>Customer M-0217</ram:Name>"
        "</ram:BuyerTradeParty><ram:BuyerOrderReferencedDocument><ram:IssuerAssignedID>PO-7781"
        "</ram:IssuerAssignedID></ram:BuyerOrderReferencedDocument>"
        "</ram:ApplicableHeaderTradeAgreement><ram:ApplicableHeaderTradeDelivery/>"
        "<ram:ApplicableHeaderTradeSettlement><ram:InvoiceCurrencyCode>CNY"
        f"</ram:InvoiceCurrencyCode>{beside}{totals}{found}</ram:ApplicableHeaderTradeSettlement>"
        "</rsm:SupplyChainTradeTransaction></rsm:CrossIndustryInvoice>"
    )


VALVES = line("1", "Valve 20 mm", "100.00")
