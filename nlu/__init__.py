"""Reading what a customer typed: intent, order number, e-mail and the facts said in passing."""
