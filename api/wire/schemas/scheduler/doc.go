// Package scheduler holds what the wire needs of EventBridge Scheduler's public
// model and the SDK's types do not tell: whole schemas of the operations and
// their routes, since the SDK's module carries none, and the constraints that
// make a ValidationException.
//
// The tables are written by tools/genschema (see package schemas) and never
// change while the program runs.
package scheduler
