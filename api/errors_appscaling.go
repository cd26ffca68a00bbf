package api

import (
	"net/http"

	"skywatch/internal/fault"
	"skywatch/targets/scalable"
)

// appScalingErrors are the rows of Application Auto Scaling (API model), all of
// whose errors have status 400 but its own.
var appScalingErrors = map[place]spelling{
	{appScaling, fault.Internal, ""}:                        {"InternalServiceException", "InternalServiceException", "", http.StatusInternalServerError},
	{appScaling, fault.Validation, ""}:                      {"ValidationException", "ValidationException", "", http.StatusBadRequest},
	{appScaling, fault.NotFound, ""}:                        {"ObjectNotFoundException", "ObjectNotFoundException", "", http.StatusBadRequest},
	{appScaling, fault.NotFound, scalable.Tagged}:           {"ResourceNotFoundException", "ResourceNotFoundException", "", http.StatusBadRequest},
	{appScaling, fault.LimitExceeded, ""}:                   {"LimitExceededException", "LimitExceededException", "", http.StatusBadRequest},
	{appScaling, fault.LimitExceeded, scalable.TooManyTags}: {"TooManyTagsException", "TooManyTagsException", "", http.StatusBadRequest},
	{appScaling, fault.Conflict, ""}:                        {"ConcurrentUpdateException", "ConcurrentUpdateException", "", http.StatusInternalServerError},
	{appScaling, fault.InvalidToken, ""}:                    {"InvalidNextTokenException", "InvalidNextTokenException", "", http.StatusBadRequest},
}
