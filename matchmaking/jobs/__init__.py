"""Work outside the request: a job row written in the business transaction, queued after its commit."""

from matchmaking.jobs.services import JobHandle, daily_work, enqueue, frequent_work, job_handler, request_stop

__all__ = ["JobHandle", "daily_work", "enqueue", "frequent_work", "job_handler", "request_stop"]
