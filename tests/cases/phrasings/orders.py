"""Orders of a shop."""

import json
import logging
import os
from decimal import Decimal

MAX_ITEMS = 20
CURRENCY = "EUR"
STRICT = False


class Basket:
    """What a customer buys."""

    def __init__(self, owner):
        self.owner = owner
        self.items = []

    def add(self, item, amount=1):
        self.items.append((item, amount))

    def clear(self):
        self.items = []

    def legacy_total(self):
        return len(self.items)


class Voucher:
    code = ""


def parse_price(text, currency="EUR"):
    if not text:
        return None
    else:
        return Decimal(text)


def load_orders(filename, timeout=30, retries=3, verbose=None):
    print(filename, timeout, retries)
    with open(filename) as file:
        return json.load(file)


def save_orders(orders, filename):
    handle = open(filename, "w")
    handle.write(json.dumps(orders))
    handle.close()


def describe(order):
    return "%s: %s" % (order, MAX_ITEMS)


@trace
def ship(order, address, express=False):
    return order, address, express
