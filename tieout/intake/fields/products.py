"""What a row of products and services can say."""

from tieout.i18n import N_
from tieout.intake.fields import vocabulary as words
from tieout.intake.fields.field import Field, FieldTable, Reads, headings

FIELDS = FieldTable(
    (
        Field(
            "code",
            N_("Product code"),
            Reads.IDENTIFIER,
            headings(words.PRODUCT_CODE, "code|no|id|编号|编码|代码"),
            N_("Your code of the product or service."),
            "P-100",
            is_required=True,
        ),
        Field(
            "name",
            N_("Product name"),
            Reads.TEXT,
            headings(words.PRODUCT_NAME, "name|title|description|名称|全称"),
            N_("Its name."),
            "Valve 20 mm",
            is_required=True,
        ),
        Field(
            "specification",
            N_("Specification"),
            Reads.TEXT,
            headings(words.SPECIFICATION),
            N_("Size, model, grade."),
            "DN20, brass",
        ),
        Field(
            "unit", N_("Unit"), Reads.TEXT, headings(words.UNIT), N_("Piece, box, hour, …"), "pc"
        ),
        Field(
            "unit_price",
            N_("Unit price"),
            Reads.NUMBER,
            headings(words.UNIT_PRICE, "list price|retail price|零售价|标价|参考价"),
            N_("The list price of one, in the company’s own currency."),
            "100",
        ),
    )
)
