"""What the tables themselves refuse."""

import pytest
from django.db import IntegrityError, transaction

from vedette.server.audit.models import ChainHead, DomainEvent


def test_a_number_stands_once_in_a_chain(shop, rival):
    DomainEvent.objects.create(organisation=shop, kind="stop_all.set", seq=1)
    DomainEvent.objects.create(organisation=rival, kind="stop_all.set", seq=1)
    DomainEvent.objects.create(organisation=shop, kind="stop_all.set")
    DomainEvent.objects.create(organisation=shop, kind="stop_all.set")
    with pytest.raises(IntegrityError), transaction.atomic():
        DomainEvent.objects.create(organisation=shop, kind="stop_all.set", seq=1)


def test_a_chain_has_one_end(shop):
    ChainHead.objects.create(organisation=shop)
    with pytest.raises(IntegrityError), transaction.atomic():
        ChainHead.objects.create(organisation=shop)
