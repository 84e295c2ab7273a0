"""A list of units as an office keeps it (通讯录): any columns, told by their heads and what they hold."""

from gouji.formats.contacts.reader import read_contacts
from gouji.formats.contacts.units import Column, Contact, ContactList, Doubt, Spot

__all__ = ["Column", "Contact", "ContactList", "Doubt", "Spot", "read_contacts"]
