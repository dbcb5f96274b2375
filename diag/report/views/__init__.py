"""What is shown, whatever the form: certificates, times, ways and repetitions, made ready to be drawn."""
