package function

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
)

// Sealer encrypts secrets at rest. What it seals opens only under the same
// binding, which names the record that holds it.
type Sealer interface {
	Seal(secret string, binding ...string) []byte
	Open(sealed []byte, binding ...string) (string, error)
}

func (v *Version) binding() []string { return v.key("function-environment") }

// seal puts the environment, which may hold secrets, into its form on disk.
func (s *Service) seal(v *Version) error {
	v.Sealed = nil
	if len(v.Environment) == 0 {
		return nil
	}
	b, err := json.Marshal(v.Environment)
	if err != nil {
		return fmt.Errorf("encode environment of %s: %w", v.Function, err)
	}
	v.Sealed = s.Sealer.Seal(string(b), v.binding()...)
	return nil
}

func (s *Service) open(v *Version) error {
	if v.Sealed == nil {
		return nil
	}
	text, err := s.Sealer.Open(v.Sealed, v.binding()...)
	if err != nil {
		return fmt.Errorf("open environment of %s: %w", v.Function, err)
	}
	if json.Unmarshal([]byte(text), &v.Environment) != nil { // its error might tell a part of it
		return fmt.Errorf("read environment of %s: not in its form", v.Function)
	}
	return nil
}

// maxEnvironment is what names and values may have together (Lambda quotas).
const maxEnvironment = 4 << 10

var variableName = regexp.MustCompile(`^[a-zA-Z]([a-zA-Z0-9_])+$`)

// reservedVariables are set by the runtime (Lambda developer guide, "Reserved
// environment variables").
var reservedVariables = [...]string{
	"_HANDLER", "_X_AMZN_TRACE_ID", "AWS_DEFAULT_REGION", "AWS_REGION", "AWS_EXECUTION_ENV", "AWS_LAMBDA_FUNCTION_NAME",
	"AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "AWS_LAMBDA_FUNCTION_VERSION", "AWS_LAMBDA_INITIALIZATION_TYPE", "AWS_LAMBDA_LOG_GROUP_NAME",
	"AWS_LAMBDA_LOG_STREAM_NAME", "AWS_ACCESS_KEY", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN",
	"AWS_LAMBDA_RUNTIME_API", "LAMBDA_TASK_ROOT", "LAMBDA_RUNTIME_DIR",
}

func checkEnvironment(env map[string]string) error {
	size := 0
	for name, value := range env {
		size += len(name) + len(value)
		switch {
		case slices.Contains(reservedVariables[:], name):
			return invalid("Environment", "Lambda was unable to configure your environment variables because the environment variables you have provided "+
				"contains reserved keys that are currently not supported for modification. Reserved keys used in this request: %s", name)
		case !variableName.MatchString(name):
			return invalid("Environment", "The name %q of an environment variable must begin with a letter and hold letters, digits and underscores only.", name) // wording (inferred)
		}
	}
	if size > maxEnvironment {
		return invalid("Environment", "Lambda was unable to configure your environment variables because the environment variables you have provided exceeded the 4KB limit. "+
			"String measured: %d", size)
	}
	return nil
}
