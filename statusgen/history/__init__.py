"""What happened: statuses, days and availability, as facts without words."""
