"""What the pages show, as far as that has to be worked out: functions that know nothing of requests and templates."""
