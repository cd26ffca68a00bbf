package destination

import (
	"encoding/json"
	"errors"
	"fmt"
)

// errNoSecrets says that a connection was deauthorized: its secrets are gone.
var errNoSecrets = errors.New("the connection is not authorized")

// binding names the record that sealed secrets belong to.
func (c *Connection) binding() []string {
	return []string{connectionKind, c.Account, c.Region, c.Name.Name, c.ID}
}

// close puts a into the connection: what is secret of it sealed, the rest in
// the open.
func (c *Connection) close(a Auth, s Sealer) error {
	open := a.copy()
	places := open.secrets()
	values := make([]string, len(places))
	for i, at := range places {
		values[i], *at = *at, ""
	}
	b, err := json.Marshal(values)
	if err != nil {
		return fmt.Errorf("encode secrets of %s: %w", c.Name.Name, err)
	}
	c.Auth, c.Sealed = open, s.Seal(string(b), c.binding()...)
	return nil
}

// open returns the authorization parameters with their secrets.
func (c *Connection) open(s Sealer) (Auth, error) {
	if c.Sealed == nil {
		return Auth{}, errNoSecrets
	}
	text, err := s.Open(c.Sealed, c.binding()...)
	if err != nil {
		return Auth{}, fmt.Errorf("open secrets of connection %s: %w", c.Name.Name, err)
	}
	var values []string
	if json.Unmarshal([]byte(text), &values) != nil { // its error might tell a part of them
		return Auth{}, fmt.Errorf("read secrets of connection %s: not in their form", c.Name.Name)
	}
	a := c.Auth.copy()
	places := a.secrets()
	if len(places) != len(values) {
		return Auth{}, fmt.Errorf("read secrets of connection %s: %d of them for %d places", c.Name.Name, len(values), len(places))
	}
	for i, at := range places {
		*at = values[i]
	}
	return a, nil
}
