package destination

import (
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
)

// Type is how a connection authorizes a call.
type Type string

// The types.
const (
	Basic  Type = "BASIC"
	APIKey Type = "API_KEY"
	OAuth  Type = "OAUTH_CLIENT_CREDENTIALS"
)

// Auth are the authorization parameters of a connection. With its secrets it
// exists in memory only: on its way in, and for a call.
type Auth struct {
	Type Type
	// Of Basic.
	Username string `json:",omitempty"`
	Password string `json:"-"`
	// Of APIKey: a header's name and its value.
	KeyName  string `json:",omitempty"`
	KeyValue string `json:"-"`
	// Of OAuth.
	Client *Client `json:",omitempty"`
	// Invocation is added to every call.
	Invocation *Parameters `json:",omitempty"`
}

// Client is who asks an OAuth endpoint for tokens, and how.
type Client struct {
	ID         string
	Secret     string `json:"-"`
	Endpoint   string
	Method     string
	Parameters *Parameters `json:",omitempty"`
}

// Parameters are added to a call.
type Parameters struct {
	Header, Query, Body []Parameter
}

// Parameter is one of them. The value of a secret one is not kept in the open.
type Parameter struct {
	Key    string
	Value  string
	Secret bool
}

// secrets are the places of all secrets, in an order that the rest of a
// determines.
func (a *Auth) secrets() []*string {
	var all []*string
	switch a.Type {
	case Basic:
		all = append(all, &a.Password)
	case APIKey:
		all = append(all, &a.KeyValue)
	case OAuth:
		all = append(all, &a.Client.Secret)
		all = append(all, a.Client.Parameters.secrets()...)
	}
	return append(all, a.Invocation.secrets()...)
}

func (p *Parameters) secrets() []*string {
	if p == nil {
		return nil
	}
	var all []*string
	for _, list := range [...][]Parameter{p.Header, p.Query, p.Body} {
		for i := range list {
			if list[i].Secret {
				all = append(all, &list[i].Value)
			}
		}
	}
	return all
}

// copy returns a that shares nothing that secrets points into.
func (a Auth) copy() Auth {
	if a.Client != nil {
		c := *a.Client
		c.Parameters = c.Parameters.copy()
		a.Client = &c
	}
	a.Invocation = a.Invocation.copy()
	return a
}

func (p *Parameters) copy() *Parameters {
	if p == nil {
		return nil
	}
	dup := func(l []Parameter) []Parameter { return append([]Parameter(nil), l...) }
	return &Parameters{Header: dup(p.Header), Query: dup(p.Query), Body: dup(p.Body)}
}

// MarshalJSON leaves a secret value out.
func (p Parameter) MarshalJSON() ([]byte, error) {
	if p.Secret {
		p.Value = ""
	}
	type bare Parameter
	return json.Marshal(bare(p))
}

const hidden = "[hidden]"

// Format keeps the secrets out of everything that is printed.
func (a Auth) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, string(a.Type)+" "+hidden) }

// LogValue keeps them out of log/slog.
func (a Auth) LogValue() slog.Value { return slog.StringValue(string(a.Type) + " " + hidden) }

// Format keeps the secret out of everything that is printed.
func (c Client) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "client "+hidden) }

// LogValue keeps it out of log/slog.
func (c Client) LogValue() slog.Value { return slog.StringValue("client " + hidden) }

// Format keeps a secret value out of everything that is printed.
func (p Parameter) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, p.Key+"="+hidden) }

// LogValue keeps it out of log/slog.
func (p Parameter) LogValue() slog.Value { return slog.StringValue(p.Key + "=" + hidden) }
