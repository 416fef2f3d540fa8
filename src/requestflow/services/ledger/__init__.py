"""The ledger: a register of past and open cases as one table, taken in row by row under the law, and written out."""

from requestflow.services.ledger.columns import COLUMNS, KEYS, Column, title_of
from requestflow.services.ledger.row import Refusal, Row
from requestflow.services.ledger.taking_in import Report, take_in
from requestflow.services.ledger.writing_out import Ledger, written_out

__all__ = ["COLUMNS", "KEYS", "Column", "Ledger", "Refusal", "Report", "Row", "take_in", "title_of", "written_out"]
