"""What is known of the field and shared by many rooms: how answers are read, and what products, clients and clouds do.

Pure judgement over evidence; it imports `diag.model` alone, and opens no socket.
"""
