package api

import (
	"net/http"

	"skywatch/internal/fault"
)

// neighbourErrors are the rows of the services that clients need at their start:
// EC2, IAM, OAM and the tagging API (API models and references).
var neighbourErrors = map[place]spelling{
	{machines, fault.NotFound, "instance"}: {"InvalidInstanceID.NotFound", "", "", http.StatusBadRequest},
	{machines, fault.Validation, ""}:       {"InvalidParameterValue", "", "", http.StatusBadRequest},
	{users, fault.NotFound, "user"}:        {"NoSuchEntity", "NoSuchEntityException", "", http.StatusNotFound},
	{links, fault.NotFound, ""}:            {"ResourceNotFoundException", "ResourceNotFoundException", "", http.StatusNotFound},
	{links, fault.InvalidValue, ""}:        {"InvalidParameterException", "InvalidParameterException", "", http.StatusBadRequest},
	{links, fault.Validation, ""}:          {"ValidationException", "ValidationException", "", http.StatusBadRequest},
	{taggedThings, fault.InvalidValue, ""}: {"InvalidParameterException", "InvalidParameterException", "", http.StatusBadRequest},
	{taggedThings, fault.Validation, ""}:   {"InvalidParameterException", "InvalidParameterException", "", http.StatusBadRequest},
	{taggedThings, fault.InvalidToken, ""}: {"PaginationTokenExpiredException", "PaginationTokenExpiredException", "", http.StatusBadRequest},
}
