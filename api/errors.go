package api

import (
	"net/http"

	"skywatch/alarms"
	"skywatch/api/wire"
	"skywatch/dashboards"
	"skywatch/internal/fault"
)

// spelling is how a kind of fault is written on the wire.
type spelling struct {
	// code is the Query code.
	code string
	// shape is the name of the error shape, which JSON and CBOR send; where it
	// is empty it equals the code.
	shape string
	// namespace precedes '#' in __type; empty: the service's own.
	namespace string
	status    int
}

const (
	coralService  = "com.amazon.coral.service"
	coralValidate = "com.amazon.coral.validate"
)

// common holds what all services share (cloudwatch.md 1.7 and 2).
var common = map[fault.Kind]spelling{
	fault.Internal:         {"InternalFailure", "InternalFailure", coralService, http.StatusInternalServerError},
	fault.Validation:       {"ValidationError", "ValidationException", coralValidate, http.StatusBadRequest},
	fault.InvalidValue:     {"InvalidParameterValue", "InvalidParameterValueException", coralService, http.StatusBadRequest},
	fault.InvalidCombo:     {"InvalidParameterCombination", "InvalidParameterCombinationException", coralService, http.StatusBadRequest},
	fault.Missing:          {"MissingParameter", "MissingRequiredParameterException", coralService, http.StatusBadRequest},
	fault.InvalidFormat:    {"InvalidFormat", "InvalidFormatFault", "", http.StatusBadRequest},
	fault.InvalidToken:     {"InvalidNextToken", "InvalidNextToken", "", http.StatusBadRequest},
	fault.NotFound:         {"ResourceNotFound", "ResourceNotFoundException", "", http.StatusNotFound},
	fault.Conflict:         {"ConflictException", "ConflictException", "", http.StatusConflict},
	fault.LimitExceeded:    {"LimitExceeded", "LimitExceededFault", "", http.StatusBadRequest},
	fault.TooLarge:         {"RequestEntityTooLarge", "RequestEntityTooLargeException", coralService, http.StatusRequestEntityTooLarge},
	fault.Throttled:        {"Throttling", "ThrottlingException", coralService, http.StatusBadRequest},
	fault.Unavailable:      {"ServiceUnavailable", "ServiceUnavailableException", coralService, http.StatusServiceUnavailable},
	fault.Unsupported:      {"UnsupportedOperation", "UnsupportedOperationException", coralService, http.StatusBadRequest},
	fault.Malformed:        {"MalformedInput", "SerializationException", coralService, http.StatusBadRequest},
	fault.UnknownOperation: {"InvalidAction", "UnknownOperationException", coralService, http.StatusBadRequest},
	fault.MissingAction:    {"MissingAction", "UnknownOperationException", coralService, http.StatusBadRequest},
	fault.MissingAuth:      {"MissingAuthenticationToken", "MissingAuthenticationTokenException", coralService, http.StatusForbidden},
	fault.IncompleteAuth:   {"IncompleteSignature", "IncompleteSignatureException", coralService, http.StatusBadRequest},
	fault.UnknownKey:       {"InvalidClientTokenId", "UnrecognizedClientException", coralService, http.StatusForbidden},
	fault.BadSignature:     {"SignatureDoesNotMatch", "InvalidSignatureException", coralService, http.StatusForbidden},
	fault.ExpiredToken:     {"ExpiredToken", "ExpiredTokenException", coralService, http.StatusForbidden},
	fault.Denied:           {"AccessDenied", "AccessDeniedException", coralService, http.StatusForbidden},
}

// place names a fault of one service, where the service spells it differently:
// a kind, and the kind of thing that it concerns (fault.Error.Subject).
type place struct {
	service *wire.Service
	kind    fault.Kind
	subject string
}

// special holds the differences from common.
var special = map[place]spelling{
	{monitoring, fault.Internal, ""}:                         {"InternalServiceError", "InternalServiceFault", "", http.StatusInternalServerError},
	{monitoring, fault.NotFound, "alarm"}:                    {"ResourceNotFound", "ResourceNotFound", "", http.StatusNotFound},
	{monitoring, fault.NotFound, dashboards.Subject}:         {"ResourceNotFound", "DashboardNotFoundError", "", http.StatusNotFound},
	{monitoring, fault.InvalidFormat, dashboards.Subject}:    {"InvalidParameterInput", "DashboardInvalidInputError", "", http.StatusBadRequest},
	{monitoring, fault.NotFound, alarms.MuteSubject}:         {"ResourceNotFoundException", "ResourceNotFoundException", "", http.StatusNotFound},
	{monitoring, fault.NotFound, alarms.ContributorsSubject}: {"ResourceNotFoundException", "ResourceNotFoundException", "", http.StatusNotFound},
	// A tag operation's unknown ARN has a code of its own (A.4).
	{monitoring, fault.NotFound, "tagged"}: {"ResourceNotFoundException", "ResourceNotFoundException", "", http.StatusNotFound},
}

// spell finds the spelling of a fault for a service.
func spell(s *wire.Service, f *fault.Error) spelling {
	for _, subject := range []string{f.Subject, ""} {
		if sp, ok := special[place{s, f.Kind, subject}]; ok {
			return sp
		}
		if sp, ok := messagingErrors[place{s, f.Kind, subject}]; ok {
			return sp
		}
		if sp, ok := eventErrors[place{s, f.Kind, subject}]; ok {
			return sp
		}
		if sp, ok := scalingErrors[place{s, f.Kind, subject}]; ok {
			return sp
		}
		if sp, ok := appScalingErrors[place{s, f.Kind, subject}]; ok {
			return sp
		}
		if sp, ok := logErrors[place{s, f.Kind, subject}]; ok {
			return sp
		}
		if sp, ok := streamErrors[place{s, f.Kind, subject}]; ok {
			return sp
		}
		if sp, ok := scheduleErrors[place{s, f.Kind, subject}]; ok {
			return sp
		}
		if sp, ok := neighbourErrors[place{s, f.Kind, subject}]; ok {
			return sp
		}
		if sp, ok := functionErrors[place{s, f.Kind, subject}]; ok {
			return sp
		}
	}
	return common[f.Kind]
}

// wireError turns any error of a room into what the client reads. An error
// that is not a fault is ours, and its text stays with us.
func wireError(s *wire.Service, err error) *wire.Error {
	f := fault.Of(err)
	sp := spell(s, f)
	shape, ns := sp.shape, sp.namespace
	if shape == "" {
		shape = sp.code
	}
	if ns == "" {
		ns = s.ShapeNamespace
	}
	e := &wire.Error{
		Code: sp.code, Type: ns + "#" + shape, Status: sp.status,
		Message: f.Message, MessageKey: "message", Sender: sp.status < http.StatusInternalServerError,
	}
	if s == monitoring && (shape == "InternalServiceFault" || shape == "ConflictException") {
		e.MessageKey = "Message" // the model's spelling of these two
	}
	if (s == scheduling || s == appScaling || s == links || s == taggedThings) && ns == s.ShapeNamespace {
		e.MessageKey = "Message" // and of all that are its own
	}
	if s == functions {
		lambdaError(e, f, shape)
	}
	dashboardError(e, err)
	return e
}
