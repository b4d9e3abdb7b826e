"""Reading availability, wishes and requests; changes nothing."""
