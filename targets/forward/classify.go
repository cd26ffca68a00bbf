package forward

import (
	"net/http"
	"slices"
	"strings"

	"skywatch/targets"
)

// Codes of AWS that say more than the status of their answer. The throttling
// codes are those that the SDK tries again (aws/retry), together with EC2's.
var (
	throttlings = []string{
		"Throttling", "ThrottlingException", "ThrottledException", "RequestThrottled", "RequestThrottledException",
		"TooManyRequestsException", "ProvisionedThroughputExceededException", "RequestLimitExceeded",
		"BandwidthLimitExceeded", "LimitExceededException", "SlowDown", "PriorRequestNotComplete",
		"EC2ThrottledException", "KMSThrottlingException", "ExecutionLimitExceeded", "ConcurrentRunsExceededException",
		"ConcurrentRunsExceededFault", "AccountLimitExceededException",
	}
	timeouts = []string{"RequestTimeout", "RequestTimeoutException"}
	// What the endpoint, or the credentials, get over.
	passing = []string{
		"InternalFailure", "InternalError", "InternalServerError", "InternalServerException", "InternalServiceError",
		"ServiceUnavailable", "ServiceUnavailableException", "Unavailable", "ServerException", "ServerError",
		"InsufficientInstanceCapacity", "InsufficientCapacity",
	}
	// expired are of credentials that the next attempt gets anew, and of clocks.
	expired = []string{"ExpiredToken", "ExpiredTokenException", "RequestExpired", "RequestTimeTooSkewed"}
	denials = []string{
		"AccessDenied", "AccessDeniedException", "AuthFailure", "UnauthorizedOperation", "AuthorizationError", "NotAuthorized",
		"OptInRequired", "InvalidClientTokenId", "InvalidAccessKeyId", "MissingAuthenticationToken", "MissingAuthenticationTokenException",
		"SignatureDoesNotMatch", "InvalidSignatureException", "UnrecognizedClientException", "IncompleteSignature", "KMSAccessDeniedException",
	}
)

// Classify maps what AWS says of a failure to the code of ours, and reports
// whether no other attempt would fare better (events.md 4.1).
func Classify(status int, code string) (ours string, permanent bool) {
	switch {
	case slices.Contains(throttlings, code) || status == http.StatusTooManyRequests:
		return targets.Throttling, false
	case slices.Contains(timeouts, code) || status == http.StatusRequestTimeout:
		return targets.Timeout, false
	case slices.Contains(expired, code):
		return targets.NoPermissions, false
	case slices.Contains(passing, code) || status >= http.StatusInternalServerError:
		return targets.ServerError, false
	case slices.Contains(denials, code) || status == http.StatusUnauthorized || status == http.StatusForbidden:
		return targets.NoPermissions, true
	case exists(code):
		return targets.ResourceExists, true
	case missing(code) || status == http.StatusNotFound:
		return targets.NoResource, true
	default:
		return targets.ClientError, true
	}
}

// missing and exists read the many codes that say of one resource that it is
// not there, or that it is already.
func missing(code string) bool {
	return strings.Contains(code, "NotFound") || strings.Contains(code, "DoesNotExist") || strings.Contains(code, "NonExistent") ||
		strings.HasPrefix(code, "NoSuch")
}

func exists(code string) bool { return strings.Contains(code, "AlreadyExists") }
