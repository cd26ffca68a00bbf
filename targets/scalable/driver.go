package scalable

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
)

// Driver reads and sets the capacity of targets. Its calls come at least once:
// the same activity may be asked for again when the outcome of a call before is
// not known. Errors that driver.Unknown marks are those.
type Driver interface {
	// Capacity tells what the resource has.
	Capacity(ctx context.Context, n Name) (Capacity, error)
	// Set asks for a capacity. What it returns is what the resource says then,
	// nil if it says nothing.
	Set(ctx context.Context, o Order) (*Capacity, error)
}

// Order is a capacity to be set.
type Order struct {
	Name
	// Activity is the same for each call of one activity.
	Activity string
	From, To int
}

// Progress is how far a resource is with the last capacity it was asked for.
type Progress string

// The words of custom resources for it; drivers that tell none are done once
// their actual capacity is the desired one.
const (
	Pending    Progress = "Pending"
	InProgress Progress = "InProgress"
	Successful Progress = "Successful"
	Failed     Progress = "Failed"
)

// Capacity is what a resource says of itself.
type Capacity struct {
	Desired int
	Actual  int
	Progress
	Reason string // why it failed
}

// report is a resource's JSON (the custom resource's interface: aws-auto-scaling-
// custom-resource, ScalableTargetDimension). Capacities are numbers there that
// need not be whole.
type report struct {
	Desired  *float64 `json:"desiredCapacity"`
	Actual   *float64 `json:"actualCapacity"`
	Progress Progress `json:"scalingStatus"`
	Reason   string   `json:"failureReason"`
}

// parseCapacity reads a resource's JSON. One of the capacities may be missing
// and is then what the other is.
func parseCapacity(text []byte) (c Capacity, err error) {
	var r report
	if err := json.Unmarshal(text, &r); err != nil {
		return c, fmt.Errorf("the answer of the driver is not the JSON that is wanted: %w", err)
	}
	if r.Desired == nil {
		r.Desired = r.Actual
	}
	if r.Actual == nil {
		r.Actual = r.Desired
	}
	if r.Desired == nil {
		return c, errors.New("the answer of the driver has no desiredCapacity")
	}
	for _, v := range []float64{*r.Desired, *r.Actual} {
		if v < 0 || v > math.MaxInt32 || v != math.Trunc(v) {
			return c, fmt.Errorf("the driver answered with the capacity %v, which is no whole number of a resource", v)
		}
	}
	switch r.Progress {
	case "", Pending, InProgress, Successful, Failed:
	default:
		return c, fmt.Errorf("the driver answered with the scalingStatus %.40q, which is none of Pending, InProgress, Successful and Failed", r.Progress)
	}
	return Capacity{int(*r.Desired), int(*r.Actual), r.Progress, r.Reason}, nil
}
