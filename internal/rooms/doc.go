// Package rooms holds nothing but the test that keeps the house plan (docs/architecture.md) true: which package may
// import which, on every platform.
package rooms
