package api

import (
	"net/http"

	"skywatch/archives"
	"skywatch/internal/fault"
	"skywatch/rules"
)

// eventErrors are the rows of EventBridge, whose errors are all of status 400
// (events.md 1).
var eventErrors = map[place]spelling{
	{events, fault.Internal, ""}:                      {"InternalException", "InternalException", "", http.StatusInternalServerError},
	{events, fault.Validation, ""}:                    {"ValidationException", "ValidationException", "", http.StatusBadRequest},
	{events, fault.NotFound, ""}:                      {"ResourceNotFoundException", "ResourceNotFoundException", "", http.StatusBadRequest},
	{events, fault.Conflict, ""}:                      {"ConcurrentModificationException", "ConcurrentModificationException", "", http.StatusBadRequest},
	{events, fault.Conflict, "event bus"}:             {"ResourceAlreadyExistsException", "ResourceAlreadyExistsException", "", http.StatusBadRequest},
	{events, fault.Conflict, "connection"}:            {"ResourceAlreadyExistsException", "ResourceAlreadyExistsException", "", http.StatusBadRequest},
	{events, fault.Conflict, "api-destination"}:       {"ResourceAlreadyExistsException", "ResourceAlreadyExistsException", "", http.StatusBadRequest},
	{events, fault.Conflict, "rule"}:                  {"ResourceAlreadyExistsException", "ResourceAlreadyExistsException", "", http.StatusBadRequest},
	{events, fault.Conflict, archives.ArchiveSubject}: {"ResourceAlreadyExistsException", "ResourceAlreadyExistsException", "", http.StatusBadRequest},
	{events, fault.Conflict, archives.ReplaySubject}:  {"ResourceAlreadyExistsException", "ResourceAlreadyExistsException", "", http.StatusBadRequest},
	{events, fault.Conflict, archives.IllegalStatus}:  {"IllegalStatusException", "IllegalStatusException", "", http.StatusBadRequest},
	{events, fault.Conflict, rules.ManagedRule}:       {"ManagedRuleException", "ManagedRuleException", "", http.StatusBadRequest},
	{events, fault.LimitExceeded, ""}:                 {"LimitExceededException", "LimitExceededException", "", http.StatusBadRequest},
	{events, fault.LimitExceeded, "policy"}:           {"PolicyLengthExceededException", "PolicyLengthExceededException", "", http.StatusBadRequest},
	{events, fault.Unsupported, ""}:                   {"UnsupportedOperationException", "UnsupportedOperationException", coralService, http.StatusBadRequest},
	{events, fault.Unsupported, disabled}:             {"OperationDisabledException", "OperationDisabledException", "", http.StatusBadRequest},
	{events, fault.InvalidValue, rules.BadPattern}:    {"InvalidEventPatternException", "InvalidEventPatternException", "", http.StatusBadRequest},
}
