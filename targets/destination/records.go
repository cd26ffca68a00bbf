package destination

import (
	"time"

	"skywatch/catalog"
)

// State is a connection's.
type State string

// The states that connections have here: a change is made within its call, so
// that those of AWS that only tell of changes under way do not occur.
const (
	Authorized   State = "AUTHORIZED"
	Authorizing  State = "AUTHORIZING" // no token has been got yet
	Deauthorized State = "DEAUTHORIZED"
)

// Connection says how to authorize calls.
type Connection struct {
	Name        `json:"-"`
	ID          string // in the ARN
	Description string `json:",omitempty"`
	State       State
	// Reason says why it is not authorized, as far as that is known.
	Reason string `json:",omitempty"`
	// Auth is without secrets; these are sealed.
	Auth   Auth
	Sealed []byte `json:",omitempty"`
	// Revision changes with the secrets, so that no token outlives them.
	Revision                      string
	Created, Modified, Authorized time.Time
}

// ARN returns the connection's ARN.
func (c *Connection) ARN() string { return c.arn(connectionKind, c.ID) }

// Destination is an API destination.
type Destination struct {
	Name        `json:"-"`
	ID          string // in the ARN
	Description string `json:",omitempty"`
	// Connection is an ARN.
	Connection string
	Endpoint   string
	Method     string
	// Rate is how many calls a second begin at most.
	Rate              int
	Created, Modified time.Time
	// Active says that its connection is there and authorized.
	Active bool `json:"-"`
}

// ARN returns the destination's ARN.
func (d *Destination) ARN() string { return d.arn(destinationKind, d.ID) }

// The tables, both by (account, region, name).
var (
	connections  = catalog.Table[Connection]{Name: "connections"}
	destinations = catalog.Table[Destination]{Name: "api-destinations"}
)

func getConnection(r catalog.Reader, n Name) (Connection, error) {
	c, ok, err := connections.Get(r, n.parts()...)
	c.Name = n
	if err == nil && !ok {
		err = noConnection(n.Name)
	}
	return c, err
}

// connectionAt finds the connection with an ARN.
func connectionAt(r catalog.Reader, arn string) (Connection, bool, error) {
	n, ok := parseARN(connectionKind, arn)
	if !ok {
		return Connection{}, false, nil
	}
	c, ok, err := connections.Get(r, n.parts()...)
	c.Name = n
	return c, ok && c.ARN() == arn, err
}

func getDestination(r catalog.Reader, n Name) (Destination, error) {
	d, ok, err := destinations.Get(r, n.parts()...)
	if err == nil && !ok {
		err = noDestination(n.Name)
	}
	if err != nil {
		return d, err
	}
	d.Name = n
	return d, d.judge(r)
}

// judge says whether the destination is active.
func (d *Destination) judge(r catalog.Reader) error {
	c, ok, err := connectionAt(r, d.Connection)
	d.Active = ok && c.State == Authorized
	return err
}

// destinationAt finds the destination with an ARN.
func destinationAt(r catalog.Reader, arn string) (Destination, bool, error) {
	n, ok := parseARN(destinationKind, arn)
	if !ok {
		return Destination{}, false, nil
	}
	d, ok, err := destinations.Get(r, n.parts()...)
	d.Name = n
	return d, ok && d.ARN() == arn, err
}

// count counts a tenant's records.
func count[T any](r catalog.Reader, t catalog.Table[T], n Name) (have int, err error) {
	err = t.Scan(r, catalog.Range{Prefix: []string{n.Account, n.Region}}, func([]string, T) (bool, error) {
		have++
		return true, nil
	})
	return have, err
}
