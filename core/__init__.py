"""What aid administration is: files, rules, routes, money, supervision."""
