package queue

import "ferry/internal/vfs"

// discard lets a worker remove what has come of an item that is given up while it does not run. It reports false where
// there is nothing to remove, or nobody to do it now. A file of somebody else that a copy goes on with is left alone.
func (s *scheduler) discard(it *item) bool {
	it.thaw()
	c := &it.copy
	if it.folder != nil || it.Tries == 0 || c.to == "" || c.check || c.begin == onTheOther || c.rule == RuleResume ||
		c.inPlace || it.batch.closed() || s.resting() || s.options.Part == PartErrand {
		return false
	}
	c.discard = true
	s.goOn(it)
	return true
}

// discard removes what earlier tries left at the target.
func (t *transfer) discard() outcome {
	if length, err := t.dst.Partial(t.ctx, t.copy.to); err != nil || length > 0 {
		if err = t.dst.Remove(t.ctx, vfs.PartialPath(t.to, t.copy.to)); err != nil {
			t.remark("its unfinished part could not be removed")
		}
	}
	t.forget()
	t.copy.begin = afresh
	return outcome{state: Cancelled, err: ErrCancelled, note: t.note, copy: t.copy}
}
