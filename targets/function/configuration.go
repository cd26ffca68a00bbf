package function

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"skywatch/internal/arn"
	"skywatch/internal/fault"
	"skywatch/internal/tag"
	"skywatch/targets"
)

// Limits of a function (Lambda quotas) and its defaults (API reference of
// CreateFunction).
const (
	maxTimeout  = 900 // seconds
	minMemory   = 128 // MB
	maxMemory   = 10240
	minStorage  = 512       // MB
	maxReserved = 1_000_000 // nobody asks for more (ours)
)

// Presets are what is not said at CreateFunction.
func Presets(n Name) Configuration {
	return Configuration{
		Timeout: 3, Memory: minMemory, Architecture: "x86_64", EphemeralStorage: minStorage, Tracing: "PassThrough",
		Log: Log{Format: "Text", Group: "/aws/lambda/" + n.Function},
	}
}

// check holds a whole configuration against the rules.
func (s *Service) check(c *Configuration) error {
	if s.off() {
		return disabled()
	}
	switch {
	case c.Runtime == "":
		return invalid("Runtime", "Runtime is required: this server runs packages of type Zip. Available: %s.", s.runtimes())
	case c.Handler == "": // the bootstrap of a provided runtime is told it too
		return invalid("Handler", "Handler is required for packages of type Zip.")
	case c.Timeout < 1 || c.Timeout > maxTimeout:
		return tooLargeValue("timeout", c.Timeout, maxTimeout)
	case c.Memory < minMemory || c.Memory > maxMemory:
		return tooLargeValue("memorySize", c.Memory, maxMemory)
	case c.EphemeralStorage != minStorage:
		return invalid("EphemeralStorage", "EphemeralStorage of %d MB is not supported by this version of Skywatch; only %d is.", c.EphemeralStorage, minStorage)
	case c.Tracing != "PassThrough":
		return invalid("TracingConfig", "TracingConfig.Mode %s is not supported by this version of Skywatch; only PassThrough is.", c.Tracing)
	case c.Log.Format != "Text":
		return invalid("LoggingConfig", "LoggingConfig.LogFormat %s is not supported by this version of Skywatch; only Text is.", c.Log.Format)
	}
	if err := s.Runner.Check(c.Runtime); err != nil {
		return invalid("Runtime", "The runtime %s is not available here. Available: %s.", c.Runtime, s.runtimes())
	}
	if err := checkDestination("DeadLetterConfig", c.DeadLetter, targets.Queue, targets.Topic); err != nil {
		return err
	}
	return checkEnvironment(c.Environment)
}

func (s *Service) runtimes() string { return strings.Join(s.Runner.Available(), ", ") }

// off reports that no code may run.
func (s *Service) off() bool { return s.Runner == nil || !s.Enabled() }

// disabled refuses what would run code where nobody has allowed that.
func disabled() error {
	return fault.New(fault.InvalidValue, "This server runs no functions: it does so in local mode, and elsewhere only with the option --functions.")
}

// tooLargeValue is in the words of a broken constraint of the model, which does
// not know these bounds.
func tooLargeValue(member string, value, most int) error {
	return fault.New(fault.Validation, "1 validation error detected: Value '%d' at '%s' failed to satisfy constraint: Member must have value less than or equal to %d", value, member, most)
}

// checkDestination holds an ARN that failures or results go to against the
// kinds that can take them; empty: none.
func checkDestination(parameter, text string, kinds ...targets.Kind) error {
	if text == "" {
		return nil
	}
	kind := targets.KindOf(text)
	if a, err := arn.Parse(text); err != nil || !slices.Contains(kinds, kind) || strings.HasSuffix(a.Resource, ".fifo") {
		names := make([]string, len(kinds))
		for i, k := range kinds {
			names[i] = string(k)
		}
		return invalid(parameter, "%s is not the ARN of a destination that is supported: %s, and not FIFO.", text, strings.Join(names, ", "))
	}
	return nil
}

func checkTags(tags map[string]string) error {
	if len(tags) > tag.Most {
		return invalid("Tags", "Number of tags exceeds resource tag limit of %d.", tag.Most)
	}
	for k, v := range tags {
		if k == "" || utf8.RuneCountInString(k) > 128 || utf8.RuneCountInString(v) > 256 || tag.Reserved(k) {
			return invalid("Tags", "The tag %q has a key or a value that is not allowed.", k) // wording (inferred)
		}
	}
	return nil
}

// mustMatch compares the revision that a caller gives with the one there is.
func mustMatch(asked, have string) error {
	if asked != "" && asked != have {
		return &fault.Error{
			Kind: fault.Conflict, Subject: "revision", Param: "RevisionId",
			Message: fmt.Sprintf("The Revision Id provided: %s does not match the latest Revision Id. Call the GetFunction/GetAlias API to retrieve the latest Revision Id", asked),
		}
	}
	return nil
}
