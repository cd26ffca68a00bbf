package runtime

import (
	"maps"
	"path/filepath"
	"slices"
	"strconv"
)

// initialization is how the environment comes to be started.
func (s Spec) initialization() string {
	if s.provisioned {
		return "provisioned-concurrency"
	}
	return "on-demand"
}

// variables is the environment of a function's process: Lambda's variables
// and the user's, nothing of ours (Lambda developer guide, "Defined runtime
// environment variables"). Credentials are there only if the user set them.
func variables(s Spec, address, runtimeDir, tmp string) []string {
	all := map[string]string{
		// Defaults that a user may change.
		"PATH":            "/usr/local/bin:/usr/bin:/bin:/opt/bin",
		"LD_LIBRARY_PATH": s.Code + ":" + filepath.Join(s.Code, "lib") + ":/opt/lib",
		"LANG":            "C.UTF-8", // AWS has en_US.UTF-8; this one is everywhere
		"TZ":              ":UTC",
		"HOME":            tmp,
		"TMPDIR":          tmp,
	}
	maps.Copy(all, s.Env)
	maps.Copy(all, map[string]string{
		"AWS_LAMBDA_RUNTIME_API":          address,
		"_HANDLER":                        s.Handler,
		"LAMBDA_TASK_ROOT":                s.Code,
		"LAMBDA_RUNTIME_DIR":              runtimeDir,
		"AWS_LAMBDA_FUNCTION_NAME":        s.Name,
		"AWS_LAMBDA_FUNCTION_VERSION":     s.Version,
		"AWS_LAMBDA_FUNCTION_MEMORY_SIZE": strconv.Itoa(s.Memory),
		"AWS_LAMBDA_LOG_GROUP_NAME":       s.LogGroup,
		"AWS_LAMBDA_LOG_STREAM_NAME":      s.LogStream,
		"AWS_LAMBDA_INITIALIZATION_TYPE":  s.initialization(),
		"AWS_REGION":                      s.Region,
		"AWS_DEFAULT_REGION":              s.Region,
		"AWS_EXECUTION_ENV":               "AWS_Lambda_" + s.Runtime,
	})
	list := make([]string, 0, len(all))
	for _, name := range slices.Sorted(maps.Keys(all)) {
		list = append(list, name+"="+all[name])
	}
	return list
}
