package driver

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
)

// Config is one driver of the configuration file.
type Config interface {
	// Validate says what is wrong with it.
	Validate() error
	// For is the pattern of what it drives.
	For() string
}

// List are the drivers, or profiles, of one kind of thing in the configuration file, in its
// order: the first whose pattern matches is the one.
type List[C any, P interface {
	*C
	Config
}] []C

// UnmarshalText reads drivers from JSON: the form in which an environment
// variable has them, and the configuration file once it is read.
func (l *List[C, P]) UnmarshalText(text []byte) error {
	var all []C
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields() // a misspelt member is not one left out
	if err := d.Decode(&all); err != nil {
		return fmt.Errorf("is no list of them: %w", err)
	}
	if d.More() {
		return errors.New("is no list of them: something follows the list")
	}
	*l = all
	return nil
}

// MarshalText writes what UnmarshalText reads.
func (l List[C, P]) MarshalText() ([]byte, error) {
	if len(l) == 0 {
		return nil, nil
	}
	return json.Marshal([]C(l))
}

// Validate says what is wrong with them.
func (l List[C, P]) Validate() error {
	for i := range l {
		c := P(&l[i])
		if err := c.Validate(); err != nil {
			return fmt.Errorf("entry %d, of %q: %w", i+1, c.For(), err)
		}
	}
	return nil
}
