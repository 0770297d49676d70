package main

import "fmt"

// usageError says that the command line, or a variable that stands for a part of it, cannot be understood.
type usageError struct{ text string }

func (e *usageError) Error() string { return e.text }

func usagef(format string, args ...any) error { return &usageError{fmt.Sprintf(format, args...)} }
