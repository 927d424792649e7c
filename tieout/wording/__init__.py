"""What messages say in the company's own words: templates with placeholders, kept in versions.

A template is text. What stands in braces is looked up in one table and put in as text, once;
nothing of a template is ever run.
"""
