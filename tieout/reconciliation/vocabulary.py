"""The words a stored group is described with."""

#: How sure it is: counts; counts and is listed to be looked over; waits for a person.
ACCEPTED, LISTED, PROPOSED = "accepted", "listed", "proposed"
#: Who has to do something about it.
YOU, WE, ITSELF, TOGETHER, NOBODY = "you", "we", "itself", "together", "nobody"
#: Found by a person, or by no pass at all; otherwise the name of the pass.
BY_HAND, ALONE = "by_hand", "alone"
