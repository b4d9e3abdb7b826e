"""Reading meetings, versions, agendas and what the solver needs; changes nothing."""
