package targets

import (
	"slices"
	"time"
)

// keptAttempts is how many of a delivery's last attempts are kept.
const keptAttempts = 10

// cutShort is what is known of an attempt whose end nobody saw.
const cutShort = "the attempt was cut short"

// Attempt is one attempt of a delivery.
type Attempt struct {
	Number int // from 1
	At     time.Time
	// Took is its duration in milliseconds.
	Took int64 `json:"TookMilliseconds"`
	// Code and Error are empty where the target took the delivery.
	Code  string `json:",omitempty"`
	Error string `json:",omitempty"`
}

// begin counts an attempt that is about to be made.
func (d *Delivery) begin(at time.Time) {
	d.Attempts++
	kept := d.Tried[max(0, len(d.Tried)+1-keptAttempts):]
	d.Tried = append(slices.Clone(kept), Attempt{Number: d.Attempts, At: at, Error: cutShort})
	d.LastError, d.LastCode = cutShort, ""
}

// conclude writes down how the attempt that was begun last ended.
func (d *Delivery) conclude(at time.Time, f *Failure) {
	a := &d.Tried[len(d.Tried)-1]
	a.Took, a.Code, a.Error = at.Sub(a.At).Milliseconds(), "", ""
	d.LastError, d.LastCode = "", ""
	if f != nil {
		a.Code, a.Error = f.Code, plain(f.Err.Error())
		d.LastError, d.LastCode = a.Error, a.Code
	}
}
