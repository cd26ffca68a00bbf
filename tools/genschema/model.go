package main

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
)

// model is what we read of a service model.
type model struct {
	Metadata struct {
		UID      string `json:"uid"`
		Protocol string `json:"protocol"`
	} `json:"metadata"`
	Operations map[string]operation `json:"operations"`
	Shapes     map[string]*shape    `json:"shapes"`
}

type operation struct {
	HTTP struct {
		Method string `json:"method"`
		URI    string `json:"requestUri"`
		Code   int    `json:"responseCode"`
	} `json:"http"`
	Input  *ref  `json:"input"`
	Output *ref  `json:"output"`
	Errors []ref `json:"errors"`
}

// ref is a use of a shape: by a member, a list, a map or an operation.
type ref struct {
	Shape        string `json:"shape"`
	LocationName string `json:"locationName"`
	Flattened    bool   `json:"flattened"`
	// Location is where REST protocols carry a member.
	Location string `json:"location"`
	// TimestampFormat is a timestamp's, where it is not the protocol's own.
	TimestampFormat string `json:"timestampFormat"`
}

type shape struct {
	Type string `json:"type"`
	// Payload names the member that is a REST protocol's whole body.
	Payload   string   `json:"payload"`
	Required  []string `json:"required"`
	Members   members  `json:"members"`
	XMLOrder  []string `json:"xmlOrder"`
	Member    *ref     `json:"member"`
	Key       *ref     `json:"key"`
	Value     *ref     `json:"value"`
	Flattened bool     `json:"flattened"`
	Union     bool     `json:"union"`
	Enum      []string `json:"enum"`
	Pattern   string   `json:"pattern"`
	Min       *float64 `json:"min"`
	Max       *float64 `json:"max"`
	Sensitive bool     `json:"sensitive"`
	Exception bool     `json:"exception"`
	Error     struct {
		Code        string `json:"code"`
		Status      int    `json:"httpStatusCode"`
		SenderFault bool   `json:"senderFault"`
	} `json:"error"`
}

// rest reports whether the service speaks REST-JSON.
func (m *model) rest() bool { return m.Metadata.Protocol == "rest-json" }

// order is the order of the shape's members in XML.
func (s *shape) order() []string {
	if len(s.XMLOrder) > 0 {
		return s.XMLOrder
	}
	var names []string
	for _, m := range s.Members {
		names = append(names, m.name)
	}
	return names
}

// members keeps the order of the model, which a Go map would lose.
type members []member

type member struct {
	name string
	ref
}

// UnmarshalJSON implements json.Unmarshaler.
func (ms *members) UnmarshalJSON(b []byte) error {
	d := json.NewDecoder(bytes.NewReader(b))
	if _, err := d.Token(); err != nil {
		return err
	}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return err
		}
		m := member{name: name.(string)}
		if err := d.Decode(&m.ref); err != nil {
			return err
		}
		*ms = append(*ms, m)
	}
	return nil
}

func readModel(path string) (*model, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var r io.Reader = f
	if strings.HasSuffix(path, ".gz") {
		if r, err = gzip.NewReader(f); err != nil {
			return nil, fmt.Errorf("read %s: %w", path, err)
		}
	}
	m := &model{}
	if err := json.NewDecoder(r).Decode(m); err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	return m, nil
}
