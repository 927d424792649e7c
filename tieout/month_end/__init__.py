"""The month-end cycle: how far each customer is, what closing waits for, and what waits today.

`stages` puts every account of a period in its place between collecting and closing,
`conditions` says what a close waits for, `closing` closes by two people, `waiting` is the
figures of the page that staff begin their day with.
"""
