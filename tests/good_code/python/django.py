"""Articles and comments."""

from __future__ import annotations

from django.conf import settings
from django.contrib import admin
from django.db import models, transaction
from django.db.models import Count, F, Q, QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST


class ArticleQuerySet(models.QuerySet["Article"]):
    """What is asked of articles."""

    def published(self) -> QuerySet[Article]:
        """Those that all may read."""
        return self.filter(published__lte=timezone.now())


class Article(models.Model):
    """A text."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PUBLIC = "public", _("Public")

    title = models.CharField(_("title"), max_length=200)
    slug = models.SlugField(unique=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.DRAFT)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="articles")
    published = models.DateTimeField(null=True, blank=True)
    tags = models.JSONField(default=list)
    views = models.PositiveIntegerField(default=0)

    objects = ArticleQuerySet.as_manager()

    class Meta:
        ordering = ["-published"]
        constraints = [models.CheckConstraint(condition=Q(views__gte=0), name="views_not_negative")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Where it is."""
        return reverse("article", kwargs={"slug": self.slug})


@admin.register(Article)
class ArticleAdmin(admin.ModelAdmin[Article]):
    """How editors see it."""

    list_display = ("title", "status", "published")
    search_fields = ("title",)


@require_GET
def show(request: HttpRequest, slug: str) -> HttpResponse:
    """One article."""
    article = get_object_or_404(Article.objects.published(), slug=slug)
    Article.objects.filter(pk=article.pk).update(views=F("views") + 1)
    return render(request, "article.html", {"article": article})


@require_POST
@transaction.atomic
def publish(request: HttpRequest, slug: str) -> JsonResponse:
    """Make it public."""
    article = get_object_or_404(Article.objects.select_for_update(), slug=slug, author=request.user)
    article.status = Article.Status.PUBLIC
    article.published = timezone.now()
    article.save(update_fields=["status", "published"])
    top = Article.objects.raw("SELECT * FROM blog_article WHERE status = %s ORDER BY views", [article.status])
    counted = Article.objects.values("status").annotate(count=Count("pk"))
    return JsonResponse({"top": [one.pk for one in top], "counted": list(counted)})


urlpatterns = [path("<slug:slug>/", show, name="article"), path("<slug:slug>/publish/", publish)]
