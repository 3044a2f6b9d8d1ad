"""The tables of records, one module per concept."""

from records.models.data_key import DataKey
from records.models.person import Person
from records.models.recipient import Recipient
from records.models.sealed import SealedManager, SealedModel

__all__ = ["DataKey", "Person", "Recipient", "SealedManager", "SealedModel"]
