package queue

// Barrier waits until all that was asked of the scheduler before is done. The next News tells of it.
func (q *Queue) Barrier() {
	passed := make(chan struct{})
	if q.mail.post(func(s *scheduler) {
		s.dirty = true
		s.publish()
		close(passed)
	}) {
		<-passed
	}
}
