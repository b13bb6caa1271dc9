"""How instructions are read: an imperative sentence, as forms of a verb, its object and clauses, in any of their usual words.

`vocabulary` has words, `tokens` cuts a text into them, `sentence` makes an imperative of what is polite, a wish or a finding, `slots`
say what may stand where, and `forms` is what an operation declares and reads by. `templates` read whole instructions of free text.
"""
