package main

import (
	"fmt"
	"io"
	"reflect"
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

// Resolve implements kong.Resolver.
func (y yamlResolver) Resolve(_ *kong.Context, _ *kong.Path, f *kong.Flag) (any, error) {
	v, ok := y[f.Name]
	if !ok {
		return nil, nil
	}
	if list, ok := v.([]any); ok {
		parts := make([]string, len(list))
		for i, e := range list {
			parts[i] = fmt.Sprint(e)
		}
		return strings.Join(parts, ","), nil
	}
	return fmt.Sprint(v), nil
}

// showDefaults puts the value that a flag's field starts with into its help.
func showDefaults(k *kong.Kong) error {
	return kong.Visit(k.Model, func(n kong.Visitable, next kong.Next) error {
		if f, ok := n.(*kong.Flag); ok && f.Target.IsValid() && !f.HasDefault {
			if text := defaultText(f.Target); text != "" {
				f.Help += " (default " + text + ")"
			}
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
