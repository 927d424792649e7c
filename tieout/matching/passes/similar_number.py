"""The same amount and a number that is right but for one digit."""

from tieout.matching.board import Board
from tieout.matching.difference import Confidence
from tieout.matching.edges import kinds_agree
from tieout.matching.joins import best_pairs
from tieout.matching.passes.amount_and_date import from_usual, means_another, same_amounts


class SimilarNumber:
    """A reference mistyped, even where it then names another document."""

    name = "similar_number"

    def find(self, board: Board) -> None:
        """Pair within the customer's window."""
        ours, theirs = board.ours, board.theirs
        i, j = same_amounts(board)
        off, inside = from_usual(board, i, j)
        keep = inside & board.allowed(i, j) & ours.numbers.similar(i, theirs.numbers, j)
        keep &= kinds_agree(ours.lines.kind[i], theirs.lines.kind[j])
        keep &= ~means_another(board, i, j)
        i, j, off = i[keep], j[keep], off[keep]
        choice = best_pairs(i, j, off, ours.rank, theirs.rank)
        place = choice.place
        board.claim_pairs(i[place], j[place], Confidence.LISTED, choice.rivals)
