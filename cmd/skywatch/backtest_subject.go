package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"gopkg.in/yaml.v3"
)

// maxAlarmBytes bounds the file of an alarm.
const maxAlarmBytes = 1 << 20

// subject is the alarm that is put to the test, as a request names it.
type subject struct {
	Alarm     json.RawMessage `json:",omitempty"`
	AlarmName string          `json:",omitempty"`
}

// subject reads the alarm and sets what --set says.
func (c *backtestCmd) subject(ctx context.Context, server *client, in io.Reader) (subject, error) {
	switch {
	case (c.File == "") == (c.AlarmName == ""):
		return subject{}, errors.New("name either a FILE with the alarm or --alarm-name")
	case c.AlarmName != "" && len(c.Set) == 0:
		return subject{AlarmName: c.AlarmName}, nil
	}
	members, err := c.members(ctx, server, in)
	if err != nil {
		return subject{}, err
	}
	if err := override(members, c.Set); err != nil {
		return subject{}, err
	}
	alarm, err := json.Marshal(members)
	return subject{Alarm: alarm}, err
}

// members are those of the alarm that --set changes.
func (c *backtestCmd) members(ctx context.Context, server *client, in io.Reader) (map[string]json.RawMessage, error) {
	if c.AlarmName != "" {
		return server.alarm(ctx, c.AlarmName)
	}
	text, err := readAlarmFile(c.File, in)
	if err != nil {
		return nil, err
	}
	members, err := alarmMembers(text)
	if err != nil {
		err = fmt.Errorf("%s: %w", c.File, err)
	}
	return members, err
}

func readAlarmFile(name string, in io.Reader) ([]byte, error) {
	if name != stdin {
		f, err := os.Open(name)
		if err != nil {
			return nil, err
		}
		defer func() { _ = f.Close() }()
		in = f
	}
	text, err := io.ReadAll(io.LimitReader(in, maxAlarmBytes+1))
	if err == nil && len(text) > maxAlarmBytes {
		err = fmt.Errorf("%s: is larger than %d bytes", name, maxAlarmBytes)
	}
	return text, err
}

// alarmMembers reads the members of an alarm from JSON, or from YAML where the
// text does not begin as an object of JSON does.
func alarmMembers(text []byte) (members map[string]json.RawMessage, err error) {
	if text = bytes.TrimSpace(text); !bytes.HasPrefix(text, []byte("{")) {
		var v map[string]any
		documents := yaml.NewDecoder(bytes.NewReader(text))
		if err := documents.Decode(&v); err != nil {
			return nil, fmt.Errorf("neither a JSON object nor a YAML mapping: %w", err)
		}
		if err := documents.Decode(new(any)); !errors.Is(err, io.EOF) {
			return nil, errors.New("holds more than one YAML document")
		}
		if text, err = json.Marshal(v); err != nil {
			return nil, err
		}
	}
	if err := json.Unmarshal(text, &members); err != nil {
		return nil, err
	}
	if len(members) == 0 {
		return nil, errors.New("holds no alarm")
	}
	return members, nil
}

// override sets members of the alarm: a value is JSON, or else a text.
func override(members map[string]json.RawMessage, set []string) error {
	for _, s := range set {
		name, value, ok := strings.Cut(s, "=")
		switch {
		case !ok || name == "":
			return fmt.Errorf("--set: %q is not MEMBER=VALUE", s)
		case value == "":
			delete(members, name)
		case json.Valid([]byte(value)):
			members[name] = json.RawMessage(value)
		default:
			text, err := json.Marshal(value)
			if err != nil {
				return err
			}
			members[name] = text
		}
	}
	return nil
}
