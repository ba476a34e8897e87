"""Harmful changes to a planned architecture on Azure."""
