"""The cells of a table that a phone shows as cards: each knows its head."""

from tieout.rendering.table_cells import cells

HEADS = ["Document", "Due", ("Amount", "end"), "State"]


def test_every_cell_says_its_head_and_what_it_is() -> None:
    row = '<th scope="row">INV-1</th>\n<td>30 June</td><td class="to-num">5.00</td><td>Open</td>'

    assert cells(row, HEADS) == (
        '<th role="rowheader" data-card="title" scope="row">INV-1</th>\n'
        '<td role="cell" data-card="told" data-head="Due">30 June</td>'
        '<td role="cell" data-card="told" data-head="Amount" class="to-num">5.00</td>'
        '<td role="cell" data-card="told" data-head="State">Open</td>'
    )


def test_what_stands_before_the_head_of_the_row_picks_it() -> None:
    picked = cells("<td>☐</td><th>INV-1</th><td>5.00</td>", ["Choose", "Document", "Amount"])

    assert '<td role="cell" data-card="pick">☐' in picked
    assert '<th role="rowheader" data-card="title">INV-1' in picked
    assert 'data-head="Amount">5.00' in picked


def test_the_first_cell_is_the_title_of_a_row_without_a_head() -> None:
    assert cells("<td>1</td><td>2</td>", ["Row", "Sum"]) == (
        '<td role="cell" data-card="title" data-head="Row">1</td>'
        '<td role="cell" data-card="told" data-head="Sum">2</td>'
    )


def test_a_bare_number_is_a_title_with_its_head() -> None:
    told = cells('<th><a href="/4">4</a></th><td>5.00</td>', ["Row", "Amount"])

    assert '<th role="rowheader" data-card="title" data-head="Row"><a' in told


def test_a_wide_cell_takes_the_heads_it_spans() -> None:
    total = '<tr class="to-total"><th colspan="2">Total</th><td>5.00</td><td></td></tr>'
    told = cells(total + "<tr><td>x</td></tr>", HEADS)

    assert '<tr role="row" class="to-total">' in told
    assert 'data-head="Amount">5.00' in told
    assert told.endswith('<tr role="row"><td role="cell" data-card="title">x</td></tr>')


def test_a_cell_with_nothing_but_space_is_empty() -> None:
    assert cells("<td>\n</td><td> 5</td>", ["", ""]) == (
        '<td role="cell" data-card="title"></td><td role="cell" data-card="told"> 5</td>'
    )


def test_a_head_cannot_leave_its_quotes() -> None:
    assert 'data-head="&#34;&gt;&lt;b&gt;">1' in cells("<td></td><td>1</td>", ["", '"><b>'])
