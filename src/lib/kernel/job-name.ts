/** The form of a job's name: it is typed in a crontab, and part of the name of a lock. */
export const jobNamePattern = /^[a-z0-9-]{1,64}$/
