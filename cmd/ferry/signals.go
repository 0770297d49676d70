package main

import (
	"context"
	"os"
	"os/signal"
	"sync/atomic"
	"syscall"
)

// interrupts is what signals meet.
type interrupts struct {
	patient  atomic.Bool // a second signal does not end the program: it is tidying up, which does not take long
	toScreen atomic.Bool // the screen acts on signals itself
	came     atomic.Bool // there was one
}

// catchSignals gives a context that the first SIGINT, SIGTERM or SIGHUP ends; its cause is errInterrupted. A second one
// ends the program at once. stop ends the goroutine that waits for them, and waits for it.
func (p *program) catchSignals(ctx context.Context) (caught context.Context, stop func()) {
	p.interrupts = &interrupts{}
	ctx, cancel := context.WithCancelCause(ctx)
	came := make(chan os.Signal, 2)
	for _, s := range []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP} {
		if !signal.Ignored(s) { // nohup and shells ask for that
			signal.Notify(came, s)
		}
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for range came {
			p.interrupts.came.Store(true)
			switch {
			case p.interrupts.toScreen.Load():
			case context.Cause(ctx) == nil:
				cancel(errInterrupted)
			case !p.interrupts.patient.Load():
				p.console.Abandon()
				os.Exit(exitInterrupted)
			}
		}
	}()
	return ctx, func() {
		signal.Stop(came)
		close(came)
		<-ended
		cancel(nil)
	}
}
