package server

import (
	"fmt"
	"io"
	"reflect"
	"strings"
	"time"
)

// WriteConfiguration writes docs/configuration.md from the tags and defaults
// of Config.
func WriteConfiguration(w io.Writer) error {
	var b strings.Builder
	b.WriteString("# Configuration\n\nGenerated from `server.Config` by `make generate`.\n\n" +
		"Every option is a flag of `skywatch serve`, an environment variable, and a key of the YAML file given by `--config` " +
		"(by the flag's name without the dashes). A flag wins over the environment, and that over the file; a key that is no option is an error.\n\n" +
		"| Flag | Environment | Default | Meaning |\n|---|---|---|---|\n")
	v := reflect.ValueOf(DefaultConfig())
	for i := range v.NumField() {
		f := v.Type().Field(i)
		name := f.Tag.Get("name")
		env := "SKYWATCH_" + strings.ToUpper(strings.ReplaceAll(name, "-", "_"))
		fmt.Fprintf(&b, "| `--%s` | `%s` | %s | %s |\n", name, env, defaultOf(v.Field(i)), strings.ReplaceAll(f.Tag.Get("help"), "|", "\\|"))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func defaultOf(v reflect.Value) string {
	switch x := v.Interface().(type) {
	case time.Duration:
		return "`" + x.String() + "`"
	case bool:
		return "off"
	default:
		if v.IsZero() {
			return "none"
		}
		return fmt.Sprintf("`%v`", x)
	}
}
