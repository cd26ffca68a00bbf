package scaling

import (
	"context"
	"errors"
)

// Driver changes the real capacity of groups. Its calls come at least once: the
// same activity may be asked for again when the outcome of a call before is not
// known, and a driver that remembers activities answers as it did then.
type Driver interface {
	// Launch starts one instance.
	Launch(ctx context.Context, l Order) (Launched, error)
	// Terminate ends an instance; one that is not there any more is ended.
	Terminate(ctx context.Context, l Order) error
	// List returns which of the instances that are asked about run, and may return
	// others of the group; ErrNotListed if the driver cannot tell.
	List(ctx context.Context, n GroupName, asked []string) ([]Listed, error)
}

// Order is what a driver is to do.
type Order struct {
	GroupName
	// Activity is the same for each call of one activity.
	Activity string
	Instance string // to be terminated
	Zone     string
	Subnets  string
	// What to launch from.
	LaunchConfiguration string
	LaunchTemplate      LaunchTemplate
	PlacementGroup      string
	// Tags that the group hands on to its instances.
	Tags map[string]string
}

// Launched is a new instance.
type Launched struct {
	ID   string
	Type string // as the driver likes
	Zone string // empty: the one that was asked for
}

// Listed is an instance that a driver knows of.
type Listed struct {
	ID        string
	Unhealthy bool
}

// ErrNotListed says that a driver does not know what runs.
var ErrNotListed = errors.New("the driver does not list instances")
