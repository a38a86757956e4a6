"""What is handed over in person: recorded with the signed receipt, confirmed by another person."""
