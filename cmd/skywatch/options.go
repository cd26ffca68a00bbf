package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/alecthomas/kong"
	"gopkg.in/yaml.v3"
)

// yamlOptions resolves flags from a YAML file: one key a flag, by its long
// name. A key that is no flag is an error, so that a misspelt option is not
// silently without effect.
func yamlOptions(r io.Reader) (kong.Resolver, error) {
	values := map[string]any{}
	if err := yaml.NewDecoder(r).Decode(&values); err != nil && err != io.EOF {
		return nil, fmt.Errorf("read configuration file: %w", err)
	}
	return yamlResolver(values), nil
}

type yamlResolver map[string]any

// Validate implements kong.Resolver.
func (y yamlResolver) Validate(app *kong.Application) error {
	known := map[string]bool{}
	_ = kong.Visit(app, func(n kong.Visitable, next kong.Next) error {
		if f, ok := n.(*kong.Flag); ok {
			known[f.Name] = true
		}
		return next(nil)
	})
	for k := range y {
		if !known[k] {
			return fmt.Errorf("configuration file: %q is no option", k)
		}
	}
	return nil
}

// Resolve implements kong.Resolver. The environment wins over the file; a flag
// tagged config:"-" is not taken from it at all.
func (y yamlResolver) Resolve(_ *kong.Context, _ *kong.Path, f *kong.Flag) (any, error) {
	v, ok := y[f.Name]
	if !ok || f.Tag.Get("config") == "-" || slices.ContainsFunc(f.Envs, inEnvironment) {
		return nil, nil
	}
	if list, ok := v.([]any); ok && slices.ContainsFunc(list, isMap) {
		b, err := json.Marshal(list) // the form of options that hold more than texts
		return string(b), err
	} else if ok {
		parts := make([]string, len(list))
		for i, e := range list {
			parts[i] = fmt.Sprint(e)
		}
		return strings.Join(parts, ","), nil
	}
	if at, ok := v.(time.Time); ok { // as YAML has it
		return at.Format(time.RFC3339Nano), nil
	}
	return fmt.Sprint(v), nil
}

func isMap(v any) bool {
	_, ok := v.(map[string]any)
	return ok
}

func inEnvironment(name string) bool {
	_, ok := os.LookupEnv(name)
	return ok
}

// keepDefaults makes the value that a flag's field starts with its default,
// and shows defaults in the help.
func keepDefaults(k *kong.Kong) error {
	return kong.Visit(k.Model, func(n kong.Visitable, next kong.Next) error {
		f, ok := n.(*kong.Flag)
		if !ok || !f.Target.IsValid() {
			return next(nil)
		}
		if text := defaultText(f.Target); text != "" && !f.HasDefault {
			f.Default, f.HasDefault = text, true
		}
		if f.HasDefault {
			f.Help = strings.TrimSuffix(f.Help, ".") + " (default " + f.Default + ")"
		}
		return next(nil)
	})
}

func defaultText(v reflect.Value) string {
	if v.IsZero() || v.Kind() == reflect.Func {
		return ""
	}
	if d, ok := v.Interface().(time.Duration); ok {
		return d.String()
	}
	return fmt.Sprint(v.Interface())
}
